"""ご利用料金 on a phone and on paper, of every shape that a bill can have."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from datetime import date

import pytest
from playwright.async_api import Browser, Page
from support.scripted_services import SESSION, Services, StartPortal, the_contract

from messages.billing import (
    ChargesListed,
    ListCharges,
    ListedStatement,
    RateTotal,
    ShownCause,
    ShownComparison,
    ShownLine,
    ShowStatement,
    StatementShown,
)
from messages.contract_shown import ShowContract
from messages.identity import LogIn, ShowSession
from messages.values import BillingMonth

OCTOBER, SEPTEMBER = BillingMonth(2026, 10), BillingMonth(2026, 9)
WIDTHS = pytest.mark.parametrize("width", [320, 1280])
PRINTED_PAGE = re.compile(rb"/Type\s*/Page\b")
MORE = ShownComparison(
    with_month=SEPTEMBER,
    difference_yen=1100,
    causes=(ShownCause(name="有料チャンネル（スポーツパック）", difference_yen=1100),),
)


@pytest.fixture
async def portal(start_portal: StartPortal, services: Services) -> str:
    """Its address."""
    services.answer(LogIn, SESSION)
    services.answer(ShowSession, SESSION)
    services.says[ShowContract] = the_contract
    return str((await start_portal(services.bus)).client.make_url("")).rstrip("/")


@pytest.fixture
async def page(chromium: Browser, portal: str) -> AsyncIterator[Page]:
    """Somebody is logged in."""
    context = await chromium.new_context(locale="ja-JP", viewport={"width": 320, "height": 640})
    opened = await context.new_page()
    await opened.goto(f"{portal}/login")
    await opened.locator("#account_id").fill("taro-01")
    await opened.locator("#password").fill("Abcdef12")
    await opened.get_by_role("button", name="ログイン", exact=True).click()
    yield opened
    await context.close()


def a_list(*amounts: int | None) -> ChargesListed:
    """Newest first, a month each; None is a gap."""
    rows = tuple(
        ListedStatement(billing_month=OCTOBER.minus(back), amount_yen=yen)
        for back, yen in enumerate(amounts)
        if yen is not None
    )
    return ChargesListed(statements=rows, listed_months=12, first_listed_month=BillingMonth(2020, 7))


def a_statement(lines: Sequence[ShownLine], ended: Sequence[ShownLine] = ()) -> StatementShown:
    """With its totals, and more than the month before."""
    base = sum(line.amount_yen for line in lines)
    return StatementShown(
        billing_month=OCTOBER,
        published_on=date(2026, 11, 5),
        lines=tuple(lines),
        rate_totals=(
            RateTotal(tax_rate_percent=10, base_yen=base, consumption_tax_yen=base // 10),
            RateTotal(tax_rate_percent=8, base_yen=230, consumption_tax_yen=18),
            RateTotal(tax_rate_percent=0, base_yen=2, consumption_tax_yen=0),
        ),
        amount_yen=base + base // 10 + 250,
        earlier=SEPTEMBER,
        later=None,
        comparison=MORE,
        ended_lines=tuple(ended),
    )


def lines(count: int, yen: int = 1330) -> list[ShownLine]:
    """Five services, each third line with words under it."""
    return [
        ShownLine(
            service=f"ケーブルプラス電話（{number * 5 // count + 1}）",
            item=f"月額基本利用料（オプションパック{number + 1}）",
            tax_rate_percent=10,
            amount_yen=yen,
            is_new=number % 3 == 0,
        )
        for number in range(count)
    ]


LISTS = {
    "a year": a_list(13483, 12383, 12298, 25498, 12120, 12298, 12450, 12298, 12298, 11990, 12298, 12298),
    "a year with a gap": a_list(
        13483, None, None, 25498, 12120, 12298, 12450, 12298, None, 11990, 12298, 12298
    ),
    "one month": a_list(5500),
    "nothing yet": a_list(),
    "0 yen": a_list(0, 0),
    "a negative total": a_list(-3300, 6298, 0),
    "millions": a_list(*[9_876_543] * 12),
}
STATEMENTS = {
    "9 lines": a_statement(lines(9), lines(1)),
    "no lines": a_statement([]),
    "a negative total": a_statement(lines(1, -3000)),
    "300 lines": a_statement(lines(300)),
    "millions": a_statement(lines(3, 3_000_000)),
}


async def sideways(page: Page) -> int:
    """By how much the page is wider than its window."""
    wider: int = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wider


@WIDTHS
@pytest.mark.parametrize("name", LISTS)
async def test_a_list_of_any_shape_fits_its_window(
    page: Page, portal: str, services: Services, name: str, width: int
) -> None:
    """B3; the table stays a table, and no bar leaves its place."""
    services.answer(ListCharges, LISTS[name])
    await page.set_viewport_size({"width": width, "height": 640})
    for path in ("/charges", "/menu"):
        await page.goto(f"{portal}{path}")
        assert await sideways(page) == 0
    await page.goto(f"{portal}/charges")
    assert await page.locator("table [role], table[role]").count() == 0
    assert await page.locator("tbody tr").count() == len(LISTS[name].statements)
    bars = await page.locator(".chart rect").count()
    assert bars == (len(LISTS[name].statements) if len(LISTS[name].statements) > 1 else 0)


@WIDTHS
@pytest.mark.parametrize("name", STATEMENTS)
async def test_a_statement_of_any_shape_fits_its_window(
    page: Page, portal: str, services: Services, name: str, width: int
) -> None:
    """B6."""
    services.answer(ShowStatement, STATEMENTS[name])
    await page.set_viewport_size({"width": width, "height": 640})
    await page.goto(f"{portal}/charges/2026-10")
    assert await sideways(page) == 0
    assert await page.get_by_text("アイコム　タロウ 様").count() == 1
    assert await page.get_by_text("12345678").count() == 1


async def test_a_year_is_no_long_way_on_a_phone(page: Page, portal: str, services: Services) -> None:
    """It was 2,827 px when each row was a card, without the bill's card, bars, files, whom to
    call, and the languages in the footer.
    """
    services.answer(ListCharges, LISTS["a year"])
    await page.goto(f"{portal}/charges")
    assert await page.evaluate("document.documentElement.scrollHeight") < 2560


@pytest.mark.parametrize("count", [9, 25])
async def test_a_statement_of_25_lines_is_one_sheet_of_paper(
    page: Page, portal: str, services: Services, count: int
) -> None:
    """B7, with words under lines, an item that ended, three tax rates, and the company's block."""
    services.answer(ShowStatement, a_statement(lines(count), lines(1)))
    await page.goto(f"{portal}/charges/2026-10")
    assert len(PRINTED_PAGE.findall(await page.pdf(format="A4", prefer_css_page_size=True))) == 1


async def test_on_paper_there_is_nothing_to_press(page: Page, portal: str, services: Services) -> None:
    """B7: neither on the statement nor on the list."""
    services.answer(ShowStatement, STATEMENTS["9 lines"])
    services.answer(ListCharges, LISTS["a year"])
    await page.emulate_media(media="print")
    for path in ("/charges/2026-10", "/charges"):
        await page.goto(f"{portal}{path}")
        for pressed in ("main a:visible", "button:visible"):
            assert await page.locator(pressed).count() == 0
    await page.goto(f"{portal}/charges/2026-10")
    assert (
        await page.locator("thead").first.evaluate("e => getComputedStyle(e).display") == "table-header-group"
    )
