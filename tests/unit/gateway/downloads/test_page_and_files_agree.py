"""One statement on its page, on paper and in the table: the same facts, whoever asks for which."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from support.scripted_services import Browser, Services, the_contract
from support.statement_files import Item, a_statement, amounts, file_at, rows_of, unspaced, words_of

from messages.billing import BilledAlong, ShowStatement
from messages.company import CompanyProfile
from messages.contract_shown import ShowContract
from messages.values import BillingMonth, RegistrationNumber

NUMBER, OTHERS_NUMBER = RegistrationNumber("T7000012050002"), RegistrationNumber("T4010401071445")
LINES: list[Item] = [
    ("光", "月額", 10, 5_000),
    ("光", "割引", 10, -500),
    ("TV", "番組誌", 8, 230),
    ("電話", "", 0, 9),
]
ALONG = (BilledAlong(service="電話", issuer="電話会社", registration_number=OTHERS_NUMBER),)
CORRECTED = {"revised_on": date(2026, 10, 20), "usage_month": BillingMonth(2026, 9)}


async def page_paper_and_table(
    browser: Browser, services: Services, **more: Any
) -> tuple[str, str, list[dict[str, str]]]:
    """The words of the first two, without spaces, and the rows of the third."""
    services.answer(ShowStatement, a_statement(LINES, **more))
    page = (await browser.get("/charges/2026-10")).text
    main = page[page.index("<main") : page.index("</main>")]
    _, pdf = await file_at(browser, "/charges/2026-10.pdf")
    _, table = await file_at(browser, "/charges/2026-10.csv")
    return unspaced(re.sub("<[^>]+>", "", main)), words_of(pdf), rows_of(table)


@pytest.mark.parametrize(
    ("identity_tells", "more"),
    [
        (True, {}),
        (True, CORRECTED),
        (True, {**CORRECTED, "registration_number": NUMBER}),
        (False, {**CORRECTED, "registration_number": NUMBER}),
        (True, {**CORRECTED, "billed_along": ALONG}),
    ],
    ids=["plain", "corrected", "an invoice", "identity is away", "billed along"],
)
async def test_they_agree(
    logged_in: Browser, services: Services, identity_tells: bool, more: dict[str, Any]
) -> None:
    """Whose it is, of which days, whether an invoice, and each line and amount (C13, C16, C17)."""
    if identity_tells:
        services.says[ShowContract] = the_contract
    page, paper, rows = await page_paper_and_table(logged_in, services, **more)
    first, company = rows[0], CompanyProfile()
    for name, title in (("アイコムタロウ様", "契約者名"), ("12345678", "お客様番号")):
        assert (name in page) == (name in paper) == bool(first[title]) == identity_tells
    for title in ("公開日", "訂正日", "ご利用月"):
        said = first[title]
        assert bool(said) == (title in page) == (title in paper)
        assert not said or (f"{title}{said}" in page and f"{title}：{said}" in paper)
    assert ("に訂正しました。" in page) == ("に訂正しました。" in paper) == ("revised_on" in more)

    is_invoice = identity_tells and "registration_number" in more
    assert (NUMBER in page) == (NUMBER in paper) == (first["登録番号"] == NUMBER) == is_invoice
    in_page, in_files = (f"この{what}は適格請求書ではありません。" for what in ("画面", "書面"))
    refusals = (in_page in page, in_files in paper, first["適格請求書"] == in_files)
    assert refusals == (not is_invoice,) * 3

    [other] = [row for row in rows if row["サービス"] == "電話"]
    is_along = "billed_along" in more
    issuer = ("電話会社", OTHERS_NUMBER) if is_along else (company.name, first["登録番号"])
    assert (other["発行者"], other["登録番号"]) == issuer
    assert (OTHERS_NUMBER in page) == (OTHERS_NUMBER in paper) == is_along

    for line in (row for row in rows if row["区分"] == "明細"):
        said = f"{line['税率']}{line['軽減税率']}{int(line['税抜金額（円）']):,}円"
        assert f"{line['サービス']}{line['内訳']}{said}" in paper
        assert f"{line['内訳']}{line['軽減税率']}{line['税率']}{int(line['税抜金額（円）']):,}円" in page
    for rate, base, tax in (("10%対象", 4_500, 450), ("8%対象※", 230, 18), ("対象外", 9, 0)):
        assert f"{rate}{base:,}円{tax:,}円" in page
        assert f"{rate}{base:,}円{tax:,}円" in paper
    legend = "※は軽減税率（8%）の対象です。"
    assert legend in page
    assert legend in paper
    [total] = [int(row["請求額（税込・円）"]) for row in rows if row["区分"] == "合計"]
    assert total == amounts(paper)[0]
    assert f"ご請求額{total:,}円（税込）" in page
