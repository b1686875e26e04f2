"""The monthly files of charges: both wholly or not at all (C5 to C9, C11)."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from support.billing_harness import (
    DISCOUNT,
    HANAKO,
    INTERNET,
    MAGAZINE,
    TARO,
    TOWN_RADIO,
    Files,
    Harness,
    months,
)

import mypage.demo
from chassis.csv_import import BrokenFile, RowProblem, TableFault
from messages.values import BillingMonth
from services.billing.imports.import_charges import import_charges

DEMO = Path(mypage.demo.__file__).parent


def two_statements(harness: Harness) -> Files:
    """One of 5,698 yen, one of 5,500."""
    files = harness.files().add(TARO, "2026/10", INTERNET, DISCOUNT, MAGAZINE, TOWN_RADIO)
    return files.add(f"00{HANAKO}", "2026/10", INTERNET)


async def problems_of(harness: Harness, files: Files) -> tuple[RowProblem, ...]:
    """What is wrong with the files; nothing may have changed."""
    before = await harness.everything()
    with pytest.raises(BrokenFile) as broken:
        await harness.bring(files)
    assert await harness.everything() == before
    return broken.value.problems


async def test_what_was_brought_is_counted(harness: Harness) -> None:
    """With its encoding and its months."""
    imported = await harness.bring(two_statements(harness).add(TARO, "2026/09", INTERNET), publish=False)
    assert (imported.encoding, imported.statements, imported.lines) == ("utf-8-sig", 3, 6)
    assert (imported.added, imported.changed, imported.unchanged) == (3, 0, 0)
    assert imported.months == (BillingMonth(2026, 9), BillingMonth(2026, 10))
    assert not imported.published


async def test_the_sums_in_the_database_are_those_of_the_files(harness: Harness) -> None:
    """The demo data, to the yen."""
    paths = DEMO / "statements.csv", DEMO / "statement_lines.csv"
    await import_charges(harness.database, *paths, publish=True, dry_run=False)
    tables = [list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())) for path in paths]
    [totals] = await harness.run("SELECT count(*), sum(amount_yen) FROM statements")
    [lines] = await harness.run("SELECT count(*), sum(amount_yen) FROM statement_lines")
    assert tuple(totals) == (len(tables[0]), sum(int(row["請求額"]) for row in tables[0]))
    assert tuple(lines) == (len(tables[1]), sum(int(row["金額"]) for row in tables[1]))


async def test_the_same_files_twice_change_nothing(harness: Harness) -> None:
    """A statement keeps its key (C7)."""
    await harness.bring(two_statements(harness))
    before = await harness.everything()
    imported = await harness.bring(two_statements(harness))
    assert (imported.added, imported.changed, imported.unchanged) == (0, 0, 2)
    assert await harness.everything() == before


async def test_a_corrected_statement_replaces_the_old_one_and_its_lines(harness: Harness) -> None:
    """Others stay untouched."""
    await harness.bring(two_statements(harness))
    imported = await harness.bring(
        harness.files().add(TARO, "2026-10", INTERNET).add(HANAKO, "2026-10", INTERNET)
    )
    assert (imported.added, imported.changed, imported.unchanged) == (0, 1, 1)
    shown = await harness.shown("2026-10")
    assert ([line.amount_yen for line in shown.lines], shown.amount_yen) == ([5000], 5500)


@pytest.mark.parametrize(
    "item",
    [("光インターネット", "光1Gコース", "10%", 5000), ("光テレビ", "光1Gコース 月額利用料", "10%", 5000)],
)
async def test_a_line_that_only_reads_differently_is_a_change(
    harness: Harness, item: tuple[str, str, str, int]
) -> None:
    """The totals are the same."""
    await harness.bring(harness.files().add(TARO, "2026-10", INTERNET))
    assert (await harness.bring(harness.files().add(TARO, "2026-10", item))).changed == 1
    [line] = (await harness.shown("2026-10")).lines
    assert (line.service, line.item) == item[:2]


async def test_an_amount_that_is_split_into_more_lines_is_a_change(harness: Harness) -> None:
    """And back again."""
    split = harness.files().add(TARO, "2026-10", (*INTERNET[:3], 3000), (*INTERNET[:3], 2000))
    whole = harness.files().add(TARO, "2026-10", INTERNET)
    await harness.bring(whole)
    assert (await harness.bring(split)).changed == 1
    assert [line.amount_yen for line in (await harness.shown("2026-10")).lines] == [3000, 2000]
    assert (await harness.bring(whole)).changed == 1
    assert [line.amount_yen for line in (await harness.shown("2026-10")).lines] == [5000]


async def test_statements_that_the_files_do_not_name_stay(harness: Harness) -> None:
    """A file is a month, not the whole ledger."""
    await harness.given_charges(months("2026-09", 3))
    await harness.given_charges(["2026-10"])
    assert await harness.listed_months() == months("2026-10", 4)


async def test_a_dry_run_counts_and_changes_nothing(harness: Harness) -> None:
    """Not even the audit (C7)."""
    before = await harness.everything()
    imported = await harness.bring(two_statements(harness), dry_run=True)
    assert (imported.added, imported.published) == (2, False)
    assert await harness.everything() == before
    assert await harness.run("SELECT FROM imports") == []


async def test_an_import_leaves_an_audit_row(harness: Harness) -> None:
    """Who, which files, how many (C11)."""
    await harness.bring(two_statements(harness))
    [row] = await harness.run("SELECT * FROM imports")
    assert (row["read_statements"], row["read_lines"], row["added"], row["changed"], row["unchanged"]) == (
        2,
        5,
        2,
        0,
        0,
    )
    assert len(row["statements_sha256"]) == len(row["lines_sha256"]) == 64
    assert row["imported_by"]


async def test_files_as_excel_saves_them_are_read(harness: Harness) -> None:
    """CP932, amounts with commas and triangles, months in Japanese (C1, C5, C6)."""
    files = harness.files()
    files.statements = [("0012345678", "2026年10月", "￥4,500", "450", "２３０", "18", "0", "5,198")]
    files.lines = [
        (TARO, "202610", 1, "光", "料金", "１０％", "5,000"),
        (TARO, "2026-10", 2, "光", "割引～", "10", "▲500"),
    ]
    files.lines.append((TARO, "2026/10", 3, "番組ガイド", "誌", "8%", "230"))
    imported = await import_charges(
        harness.database, *files.write(encoding="cp932"), publish=True, dry_run=False
    )
    assert imported.encoding == "cp932"
    assert [line.item for line in (await harness.shown("2026-10")).lines] == ["料金", "割引～", "誌"]


async def test_the_operator_sees_how_far_it_is(harness: Harness) -> None:
    """Rows done of rows in both files (C7)."""
    seen: list[tuple[int, int]] = []
    paths = two_statements(harness).write()
    await import_charges(
        harness.database,
        *paths,
        publish=False,
        dry_run=True,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(2, 7), (7, 7)]


def spoil_base(files: Files) -> None:
    """The lines say 4,500."""
    files.statements[0] = (TARO, "2026/10", 4600, 460, 230, 18, 500, 5808)


def spoil_tax(files: Files) -> None:
    """10 % of 4,500 is 450."""
    files.statements[0] = (TARO, "2026/10", 4500, 455, 230, 18, 500, 5703)


def spoil_amount(files: Files) -> None:
    """5,698 would be right."""
    files.statements[0] = (TARO, "2026/10", 4500, 450, 230, 18, 500, 6698)


def lose_lines(files: Files) -> None:
    """A statement of 5,500 yen for nothing."""
    files.lines = [line for line in files.lines if line[0] == TARO]


def lose_statement(files: Files) -> None:
    """A line of nobody."""
    files.statements.pop()


def repeat_statement(files: Files) -> None:
    """The same customer and month."""
    files.statements.append(files.statements[1])


def repeat_line_number(files: Files) -> None:
    """Two first lines of 0 yen more."""
    files.lines.append((TARO, "2026-10", 1, "光", "料金", "10%", 0))


@pytest.mark.parametrize(
    ("spoil", "file", "line", "column", "reason"),
    [
        (spoil_base, "statements.csv", 2, "10%対象額", "明細行の合計と100円違います"),
        (spoil_tax, "statements.csv", 2, "10%消費税", "対象額と税率に合わない消費税です"),
        (spoil_amount, "statements.csv", 2, "請求額", "対象額と消費税の合計と1,000円違います"),
        (lose_lines, "statements.csv", 3, "10%対象額", "明細行の合計と5,000円違います"),
        (
            lose_statement,
            "statement_lines.csv",
            6,
            "お客様番号",
            "この明細行に合うお客様番号と請求年月の請求がありません",
        ),
        (repeat_statement, "statements.csv", 4, "お客様番号", "3行目と同じものがもう一度あります"),
        (repeat_line_number, "statement_lines.csv", 7, "お客様番号", "2行目と同じものがもう一度あります"),
    ],
)
async def test_files_that_do_not_fit_together_change_nothing(
    harness: Harness, spoil: Callable[[Files], None], file: str, line: int, column: str, reason: str
) -> None:
    """The row is named, with the difference (C8, C9)."""
    await harness.given_charges(["2026-09"])
    files = two_statements(harness)
    spoil(files)
    [problem] = await problems_of(harness, files)
    assert (problem.file, problem.line, problem.column, problem.reason) == (file, line, column, reason)
    assert len(problem.masked_value.replace("＊", "")) <= 1


async def test_bad_cells_of_both_files_are_listed_at_once(harness: Harness) -> None:
    """With the file that each is in (C8)."""
    files = two_statements(harness)
    files.statements[1] = ("1.23E+09", "Oct-26", "1.5", 0, 0, 0, 0, 0)
    files.lines[0] = (TARO, "2026/10", 0, "光", "", "5%", 5000)
    problems = await problems_of(harness, files)
    assert [(problem.file, problem.line, problem.column) for problem in problems] == [
        ("statements.csv", 3, "お客様番号"),
        ("statements.csv", 3, "請求年月"),
        ("statements.csv", 3, "10%対象額"),
        ("statement_lines.csv", 2, "行番号"),
        ("statement_lines.csv", 2, "内訳"),
        ("statement_lines.csv", 2, "税率"),
    ]


async def test_files_that_were_given_in_the_wrong_order_are_refused(harness: Harness) -> None:
    """Their headers tell."""
    statements, lines = two_statements(harness).write()
    with pytest.raises(BrokenFile) as broken:
        await import_charges(harness.database, lines, statements, publish=True, dry_run=False)
    assert {problem.reason for problem in broken.value.problems} == {
        TableFault.UNKNOWN_COLUMN,
        TableFault.MISSING_COLUMN,
    }


async def test_customers_read_on_while_an_import_is_under_way(harness: Harness) -> None:
    """Its lock keeps out other imports only; what it brings is seen when all of it is there."""
    await harness.given_charges(["2026-10"])
    async with harness.database.long_transaction() as tx:
        await tx.execute("LOCK TABLE statements IN SHARE ROW EXCLUSIVE MODE")
        assert (await harness.shown("2026-10")).amount_yen == 5500


async def test_a_month_that_nobody_can_have_billed_yet_is_refused(harness: Harness) -> None:
    """2062 for 2026, published, would empty the list of every customer."""
    files = harness.files().add(TARO, "2026/10", INTERNET).add(TARO, "2062/10", INTERNET)
    before = await harness.everything()
    with pytest.raises(BrokenFile) as broken:
        await import_charges(
            harness.database, *files.write(), publish=True, dry_run=False, today=date(2026, 10, 31)
        )
    assert await harness.everything() == before
    [problem] = broken.value.problems
    assert (problem.line, problem.column, problem.reason) == (3, "請求年月", "2026-12より先の月です")
