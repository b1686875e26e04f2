"""To whom a PDF is made out, what was corrected, 適格請求書 or none, what it bills along (C13, C16, C17)."""

from __future__ import annotations

import json
from datetime import date

import pytest
from support.statement_files import (
    COMPANY,
    KNOWN,
    NO_INVOICE,
    NUMBER,
    OCTOBER,
    TITLE_ROW,
    UNKNOWN,
    USED,
    Item,
    a_statement,
    items,
    month_pdf,
    pages_of,
    unspaced,
    words_of,
)

from gateway.downloads.document import year_document
from gateway.downloads.press import Press
from gateway.downloads.recipient import Recipient
from messages.billing import BilledAlong
from messages.values import RegistrationNumber


def test_while_identity_tells_nothing_it_is_made_out_to_the_nickname(typst: Press) -> None:
    """And to no number. A contract whose name no import brought yet has a number."""
    lines: list[Item] = [("光", "月額", 10, 1)]
    words = words_of(month_pdf(typst, lines, UNKNOWN))
    assert "ニックネーム：<そら>様請求年月" in words
    assert "契約者名" not in words
    assert "お客様番号" not in words
    words = words_of(month_pdf(typst, lines, Recipient("<そら>", None, "12345678")))
    assert "ニックネーム：<そら>様お客様番号：12345678請求年月" in words


def test_a_correction_is_said_above_the_amount_with_both_days(typst: Press) -> None:
    """C13; and the month of use, where it is known."""
    lines: list[Item] = [("光", "月額", 10, 100)]
    words = words_of(month_pdf(typst, lines, revised_on=date(2026, 10, 20), usage_month=USED))
    said = "訂正：2026年10月5日に公開した明細を、2026年10月20日に訂正しました。この書面は訂正後の内容です。"
    assert words.index(said) < words.index("110円")
    assert "公開日：2026年10月5日訂正日：2026年10月20日ご利用月：2026年9月" in words
    plain = words_of(month_pdf(typst, lines))
    assert "訂正" not in plain
    assert "ご利用月" not in plain


@pytest.mark.parametrize(
    ("number", "recipient", "is_invoice"),
    [(NUMBER, KNOWN, True), (NUMBER, UNKNOWN, False), (None, KNOWN, False)],
)
def test_it_is_an_invoice_with_number_and_recipient_alone(
    typst: Press, number: RegistrationNumber | None, recipient: Recipient, is_invoice: bool
) -> None:
    """C16: issuer, number, recipient; else no number anywhere."""
    lines: list[Item] = [("光", "月額", 10, 100)]
    words = words_of(month_pdf(typst, lines, recipient, registration_number=number, usage_month=USED))
    issuer = f"{unspaced(COMPANY.name)}（登録番号{NUMBER}）"
    said = f"この書面は適格請求書です。発行者：{issuer}、交付先：アイコムタロウ様"
    assert (said in words) == is_invoice
    assert (NUMBER in words) == is_invoice
    assert (NO_INVOICE in words) == (not is_invoice)


def test_the_totals_of_a_year_are_no_invoice_though_its_months_are(typst: Press) -> None:
    """Each month says so itself."""
    months = [a_statement(items(3), OCTOBER.minus(1)), a_statement(items(3), registration_number=NUMBER)]
    pdf = typst.typeset(json.dumps(year_document(months, KNOWN, COMPANY)))
    first, *others = map(unspaced, pages_of(pdf))
    assert "この合計は適格請求書ではありません。" in first
    assert ["この書面は適格請求書です。" in page for page in others] == [False, True]
    assert NO_INVOICE in others[0]


def test_what_is_billed_along_stands_under_its_issuer(typst: Press) -> None:
    """C17: after the company's own lines, with the issuer's number as far as it is known."""
    lines: list[Item] = [("電話", "月額", 10, 100), ("光", "月額", 10, 200), ("電気", "月額", 10, 300)]
    others = (
        BilledAlong(service="電話", issuer="電話会社", registration_number=NUMBER),
        BilledAlong(service="電気", issuer="電力会社"),
    )
    words = words_of(month_pdf(typst, lines, billed_along=others))
    along = f"のサービス（{COMPANY.short_name}があわせてご請求しています）"
    assert (
        f"{TITLE_ROW}光月額10%200円200円電話会社（登録番号{NUMBER}）{along}電話月額10%100円100円"
        f"電力会社{along}電気月額10%300円300円税率ごとの合計"
    ) in words
