"""What a statement says of itself: corrected, 適格請求書 or none, whose services it bills (C13, C16, C17)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from support.scripted_services import Browser, Services

from gateway.rendering import Renderer
from messages.billing import BilledAlong, RateTotal, ShownLine, ShowStatement, StatementShown
from messages.company import CompanyProfile
from messages.values import BillingMonth, RegistrationNumber

NUMBER = RegistrationNumber("T7000012050002")
NONE = "この画面は適格請求書ではありません。"


def a_statement(**more: Any) -> StatementShown:
    """Of one line of the reduced rate and one of the other."""
    return StatementShown(
        billing_month=BillingMonth(2026, 10),
        published_on=date(2026, 11, 5),
        lines=tuple(
            ShownLine(service="光", item=item, tax_rate_percent=rate, amount_yen=yen)
            for item, rate, yen in (("月額", 10, 5000), ("番組ガイド誌", 8, 230))
        ),
        rate_totals=(RateTotal(tax_rate_percent=10, base_yen=5000, consumption_tax_yen=500),),
        amount_yen=5748,
        earlier=None,
        later=None,
        **more,
    )


def notes(statement: StatementShown, **more: Any) -> str:
    """What stands below a statement, without its tags."""
    renderer = Renderer({}, CompanyProfile())
    page = renderer.render("charges/invoice_notes.html", {"statement": statement, **more})
    return re.sub(r"<[^>]+>", "", page)


async def test_lines_of_the_reduced_rate_are_marked_and_the_mark_is_explained(
    logged_in: Browser, services: Services
) -> None:
    """And no other line is."""
    services.answer(ShowStatement, a_statement())
    page = (await logged_in.get("/charges/2026-10")).text
    assert '番組ガイド誌<span class="reduced-rate">※</span>' in page
    assert "月額<" in page
    assert "※は軽減税率（8%）の対象です。" in page


async def test_a_statement_without_a_line_of_the_reduced_rate_explains_no_mark(
    logged_in: Browser, services: Services
) -> None:
    """There is none."""
    usual = a_statement().lines[:1]
    services.answer(ShowStatement, a_statement().model_copy(update={"lines": usual}))
    assert "※" not in (await logged_in.get("/charges/2026-10")).text


async def test_a_mark_beside_a_rate_is_explained_though_no_line_has_one(
    logged_in: Browser, services: Services
) -> None:
    """A month before lines were exported has its totals alone."""
    reduced = (RateTotal(tax_rate_percent=8, base_yen=230, consumption_tax_yen=18),)
    services.answer(ShowStatement, a_statement().model_copy(update={"lines": (), "rate_totals": reduced}))
    page = (await logged_in.get("/charges/2026-10")).text
    assert '8%対象<span class="reduced-rate">※</span>' in page
    assert "※は軽減税率（8%）の対象です。" in page


async def test_a_correction_is_said_above_the_amount_with_both_days(
    logged_in: Browser, services: Services
) -> None:
    """Whoever saw another amount before learns why."""
    services.answer(ShowStatement, a_statement(revised_on=date(2026, 11, 20)))
    page = (await logged_in.get("/charges/2026-10")).text
    said = re.sub(r"<[^>]+>", "", page)
    assert "訂正 2026年11月5日に公開した明細を、2026年11月20日に訂正しました。" in said
    assert re.findall("(?:公開日|訂正日)(?=2026).*日", said) == [
        "公開日2026年11月5日",
        "訂正日2026年11月20日",
    ]
    assert page.index("訂正") < page.index("5,748円")


async def test_a_statement_that_was_never_corrected_says_nothing_of_it(
    logged_in: Browser, services: Services
) -> None:
    """Nor does one of an earlier release, which knows no corrections."""
    services.answer(ShowStatement, a_statement())
    page = (await logged_in.get("/charges/2026-10")).text
    assert "訂正" not in page
    assert "公開日" in page
    assert NONE in page


def test_an_invoice_says_all_six_items() -> None:
    """Number and issuer, month of use, recipient; lines, rates and taxes stand in the statement."""
    statement = a_statement(registration_number=NUMBER, usage_month=BillingMonth(2026, 9))
    said = notes(statement, holder_name="アイコム　タロウ")
    for text in ("適格請求書", NUMBER, CompanyProfile().name, "2026年9月", "アイコム　タロウ 様"):
        assert text in said
    assert NONE not in said


@pytest.mark.parametrize("more", [{}, {"holder_name": ""}, {"holder_name": "　"}, {"holder_name": None}])
def test_without_the_recipients_name_it_is_none(more: dict[str, Any]) -> None:
    """The sixth item."""
    said = notes(a_statement(registration_number=NUMBER, usage_month=BillingMonth(2026, 9)), **more)
    assert NONE in said
    assert NUMBER not in said


def test_without_the_number_it_is_none() -> None:
    """Whatever billing missed."""
    assert NONE in notes(a_statement(), holder_name="アイコム　タロウ")


@pytest.mark.parametrize(
    ("number", "said"), [(None, "電話会社のサービス"), (NUMBER, f"電話会社（登録番号 {NUMBER}）のサービス")]
)
def test_a_service_of_another_company_is_said_to_be_its(number: RegistrationNumber | None, said: str) -> None:
    """With its number as far as it is known."""
    other = BilledAlong(service="電話", issuer="電話会社", registration_number=number)
    assert f"電話は、{said}です。" in notes(a_statement(billed_along=(other,)))
