"""ご利用料金の一覧 and 明細."""

from __future__ import annotations

import re
from datetime import date

import pytest
from support.scripted_services import Browser, Services

from messages import billing
from messages.billing import ChargesListed, ListCharges, ListedStatement, ShowStatement, StatementShown
from messages.values import BillingMonth


async def test_the_list_shows_amounts_months_and_distinct_links(
    logged_in: Browser, services: Services
) -> None:
    """B1, B2, T24: texts follow what billing says of its window."""
    rows = tuple(
        ListedStatement(billing_month=BillingMonth(2026, month), amount_yen=12_345) for month in (10, 9)
    )
    first = BillingMonth(2020, 7)
    services.answer(ListCharges, ChargesListed(statements=rows, listed_months=12, first_listed_month=first))
    page = (await logged_in.get("/charges")).text
    assert "請求年月の新しい順に最大1年間のご利用料金が確認できます。" in page
    assert "※2020年7月以降の料金を表示できます。" in page
    assert '<time datetime="2026-10">2026年10月</time>' in page
    assert "12,345円" in page
    assert "（2026年9月請求分）" in page
    assert page.index("2026年10月") < page.index("2026年9月")


async def test_an_empty_list_says_so(logged_in: Browser, services: Services) -> None:
    """B4, Q20: never an empty table."""
    services.answer(
        ListCharges, ChargesListed(statements=(), listed_months=12, first_listed_month=BillingMonth(2020, 7))
    )
    page = (await logged_in.get("/charges")).text
    assert "表示できるご利用料金はありません。" in page
    assert "<table" not in page


async def test_while_billing_is_away_the_page_keeps_its_menu_and_says_when_to_come_back(
    logged_in: Browser,
) -> None:
    """B4."""
    page = await logged_in.get("/charges")
    assert page.status == 503
    assert "ログアウト" in page.text
    assert page.headers["X-Request-ID"] in page.text


@pytest.mark.parametrize(
    ("path", "again"),
    [
        ("/charges", "/charges"),
        ("/charges/2026-10", "/charges/2026-10"),
        ("/charges/2026-10.pdf", "/charges/2026-10"),
        ("/charges.csv", "/charges"),
    ],
)
async def test_who_tries_again_comes_to_the_page_that_was_not_there(
    logged_in: Browser, path: str, again: str
) -> None:
    """B4: to the month, and not to the list; of a file to the page that offers it."""
    page = (await logged_in.get(path)).text
    assert f'<a class="button main" href="{again}">もう一度表示する</a>' in page


@pytest.mark.parametrize("month", ["2020-06", "1999-01", "nonsense", "2026-13"])
async def test_a_month_that_may_not_be_seen_is_the_same_404_whatever_the_reason(
    logged_in: Browser, services: Services, month: str
) -> None:
    """T25, X34."""
    services.refuse(ShowStatement, billing.RefusalCode.STATEMENT_NOT_FOUND)
    page, other = await logged_in.get(f"/charges/{month}"), await logged_in.get("/charges/2026-08")
    assert (page.status, page.text) == (404, other.text)


async def test_a_statement_shows_its_total_first_and_leads_to_its_neighbours(
    logged_in: Browser, services: Services
) -> None:
    """B6: and it says that it is no 適格請求書."""
    shown = StatementShown(
        billing_month=BillingMonth(2026, 10),
        published_on=date(2026, 10, 5),
        lines=(
            billing.ShownLine(
                service="光インターネット", item="<月額>", tax_rate_percent=10, amount_yen=5_000
            ),
        ),
        rate_totals=(billing.RateTotal(tax_rate_percent=10, base_yen=5_000, consumption_tax_yen=500),),
        amount_yen=5_500,
        earlier=BillingMonth(2026, 9),
        later=None,
    )
    services.answer(ShowStatement, shown)
    page = (await logged_in.get("/charges/2026-10")).text
    assert "<h1>ご利用料金の明細（2026年10月請求分）</h1>" in page
    assert page.index("5,500円") < page.index("5,000円")
    assert "&lt;月額&gt;" in page
    assert 'href="/charges/2026-09"' in page
    assert "次の月" not in page
    assert "適格請求書ではありません" in page


LINE = billing.ShownLine(service="光インターネット", item="月額", tax_rate_percent=10, amount_yen=5_000)
TOTAL = billing.RateTotal(tax_rate_percent=10, base_yen=5_000, consumption_tax_yen=500)
NO_LINES = "この請求の内訳は登録されていません。"


@pytest.mark.parametrize(
    ("lines", "totals", "tables", "says_so"),
    [
        ((), (), 0, True),
        ((), (TOTAL,), 1, True),
        ((LINE,), (), 1, False),
        ((LINE,), (TOTAL,), 2, False),
    ],
)
@pytest.mark.parametrize("amount", [0, 5_500, -5_500])
async def test_no_table_of_a_statement_is_empty(
    logged_in: Browser,
    services: Services,
    lines: tuple[billing.ShownLine, ...],
    totals: tuple[billing.RateTotal, ...],
    tables: int,
    says_so: bool,
    amount: int,
) -> None:
    """B4: what is not there is said in a sentence, with whom to ask."""
    services.answer(ShowStatement, a_statement(lines, totals, amount))
    page = (await logged_in.get("/charges/2026-10")).text
    assert page.count("<table") == page.count("</tbody>") == tables
    assert (NO_LINES in page) is says_so
    assert f"{amount:,}円" in page


@pytest.mark.parametrize(
    ("service", "item", "shown"), [("", "月額", "そのほか"), ("光", "", "（名称なし）"), ("", "", "そのほか")]
)
async def test_no_row_of_a_statement_is_without_a_name(
    logged_in: Browser, services: Services, service: str, item: str, shown: str
) -> None:
    """A cell of the export that was empty leaves no empty header."""
    line = billing.ShownLine(service=service, item=item, tax_rate_percent=0, amount_yen=0)
    services.answer(ShowStatement, a_statement((line,), (), 0))
    page = (await logged_in.get("/charges/2026-10")).text
    assert shown in page
    assert not re.search(r"<th[^>]*>\s*</th>", page)


def a_statement(
    lines: tuple[billing.ShownLine, ...], totals: tuple[billing.RateTotal, ...], amount: int
) -> StatementShown:
    """The only month."""
    return StatementShown(
        billing_month=BillingMonth(2026, 10),
        published_on=date(2026, 10, 5),
        lines=lines,
        rate_totals=totals,
        amount_yen=amount,
        earlier=None,
        later=None,
    )
