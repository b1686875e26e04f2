"""Statements as a table."""

from __future__ import annotations

from support.statement_files import TRICKY, Item, a_statement, items, rows_of

from gateway.downloads.table import table_of
from messages.values import BillingMonth

TITLES = [
    "請求年月",
    "区分",
    "サービス",
    "内訳",
    "税率",
    "軽減税率",
    "税抜金額（円）",
    "消費税額（円）",
    "請求額（税込・円）",
]


def yen(cells: list[str]) -> int:
    return sum(int(cell) for cell in cells if cell)


def test_a_month_has_its_lines_the_tax_of_each_rate_and_its_total() -> None:
    """Each amount in one column of its own, so that no sum counts anything twice."""
    lines: list[Item] = [
        ("光", "月額", 10, 5_000),
        ("光", "割引", 10, -500),
        ("TV", "誌", 8, 230),
        ("", "", 0, 9),
    ]
    rows = rows_of(table_of([a_statement(lines)]))
    assert list(rows[0]) == TITLES
    assert [list(row.values()) for row in rows] == [
        ["2026年10月", "明細", "光", "月額", "10%", "", "5000", "", ""],
        ["2026年10月", "明細", "光", "割引", "10%", "", "-500", "", ""],
        ["2026年10月", "明細", "TV", "誌", "8%", "※", "230", "", ""],
        ["2026年10月", "明細", "そのほか", "（名称なし）", "対象外", "", "9", "", ""],
        ["2026年10月", "消費税", "", "10%対象", "10%", "", "", "450", ""],
        ["2026年10月", "消費税", "", "8%対象", "8%", "※", "", "18", ""],
        ["2026年10月", "合計", "", "", "", "", "", "", "5207"],
    ]


def test_whatever_is_added_up_of_a_year_comes_to_what_was_billed() -> None:
    """By month, by column, in all."""
    year = [a_statement(items(at + 3), BillingMonth(2026, 1).plus(at)) for at in range(12)]
    rows = rows_of(table_of(year))
    for statement in year:
        month = f"{statement.billing_month.year}年{statement.billing_month.month}月"
        own = [row for row in rows if row["請求年月"] == month]
        assert len(own) == len(statement.lines) + 3
        base, tax, total = (yen([row[title] for row in own]) for title in TITLES[-3:])
        assert base + tax == total == statement.amount_yen
    assert all(sum(bool(row[title]) for title in TITLES[-3:]) == 1 for row in rows)


def test_names_survive_and_none_is_a_formula() -> None:
    """The sheet shows what the page shows, but for an apostrophe before what looks like a formula."""
    names = [*TRICKY, ("=1+1", "@SUM(A1)"), ("＝x", "-5"), ('"', "a,b")]
    lines: list[Item] = [(service, item, 10, 1) for service, item in names]
    rows = rows_of(table_of([a_statement(lines)]))[: len(lines)]
    for row, (service, item) in zip(rows, names, strict=True):
        assert row["サービス"].removeprefix("'") == service
        assert row["内訳"].removeprefix("'") == item
        assert not row["サービス"].startswith(("=", "+", "-", "@"))
        assert not row["内訳"].startswith(("=", "+", "-", "@"))


def test_a_statement_without_lines_has_its_total() -> None:
    """0 yen is an amount."""
    rows = rows_of(table_of([a_statement([])]))
    assert [row["請求額（税込・円）"] for row in rows] == ["0"]
