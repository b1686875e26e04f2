"""The monthly files of charges: both wholly or not at all (C5 to C9, C11)."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from billing_house import DISCOUNT, HANAKO, INTERNET, MAGAZINE, TARO, TOWN_RADIO, Files, House, months

import mypage.local.demo
from chassis.csv_import.table import BrokenFile, RowProblem
from messages.values import BillingMonth
from services.billing.importer import import_charges

DEMO = Path(mypage.local.demo.__file__).parent


def two_statements(house: House) -> Files:
    """One of 5,698 yen, one of 5,500."""
    files = house.files().add(TARO, "2026/10", INTERNET, DISCOUNT, MAGAZINE, TOWN_RADIO)
    return files.add(f"00{HANAKO}", "2026/10", INTERNET)


async def problems_of(house: House, files: Files) -> tuple[RowProblem, ...]:
    """What is wrong with the files; nothing may have changed."""
    before = await house.everything()
    with pytest.raises(BrokenFile) as broken:
        await house.bring(files)
    assert await house.everything() == before
    return broken.value.problems


async def test_what_was_brought_is_counted(house: House) -> None:
    """With its encoding and its months."""
    imported = await house.bring(two_statements(house).add(TARO, "2026/09", INTERNET), publish=False)
    assert (imported.encoding, imported.statements, imported.lines) == ("utf-8-sig", 3, 6)
    assert (imported.added, imported.changed, imported.unchanged) == (3, 0, 0)
    assert imported.months == (BillingMonth(2026, 9), BillingMonth(2026, 10))
    assert not imported.published


async def test_the_sums_in_the_database_are_those_of_the_files(house: House) -> None:
    """The demo data, to the yen."""
    paths = DEMO / "statements.csv", DEMO / "statement_lines.csv"
    await import_charges(house.database, *paths, publish=True, dry_run=False)
    tables = [list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())) for path in paths]
    [totals] = await house.run("SELECT count(*), sum(amount_yen) FROM statements")
    [lines] = await house.run("SELECT count(*), sum(amount_yen) FROM statement_lines")
    assert tuple(totals) == (len(tables[0]), sum(int(row["請求額"]) for row in tables[0]))
    assert tuple(lines) == (len(tables[1]), sum(int(row["金額"]) for row in tables[1]))


async def test_the_same_files_twice_change_nothing(house: House) -> None:
    """A statement keeps its key (C7)."""
    await house.bring(two_statements(house))
    before = await house.everything()
    imported = await house.bring(two_statements(house))
    assert (imported.added, imported.changed, imported.unchanged) == (0, 0, 2)
    assert await house.everything() == before


async def test_a_corrected_statement_replaces_the_old_one_and_its_lines(house: House) -> None:
    """Others stay untouched."""
    await house.bring(two_statements(house))
    imported = await house.bring(
        house.files().add(TARO, "2026-10", INTERNET).add(HANAKO, "2026-10", INTERNET)
    )
    assert (imported.added, imported.changed, imported.unchanged) == (0, 1, 1)
    shown = await house.shown("2026-10")
    assert ([line.amount_yen for line in shown.lines], shown.amount_yen) == ([5000], 5500)


@pytest.mark.parametrize(
    "item",
    [("光インターネット", "光1Gコース", "10%", 5000), ("光テレビ", "光1Gコース 月額利用料", "10%", 5000)],
)
async def test_a_line_that_only_reads_differently_is_a_change(
    house: House, item: tuple[str, str, str, int]
) -> None:
    """The totals are the same."""
    await house.bring(house.files().add(TARO, "2026-10", INTERNET))
    assert (await house.bring(house.files().add(TARO, "2026-10", item))).changed == 1
    [line] = (await house.shown("2026-10")).lines
    assert (line.service, line.item) == item[:2]


async def test_an_amount_that_is_split_into_more_lines_is_a_change(house: House) -> None:
    """And back again."""
    split = house.files().add(TARO, "2026-10", (*INTERNET[:3], 3000), (*INTERNET[:3], 2000))
    whole = house.files().add(TARO, "2026-10", INTERNET)
    await house.bring(whole)
    assert (await house.bring(split)).changed == 1
    assert [line.amount_yen for line in (await house.shown("2026-10")).lines] == [3000, 2000]
    assert (await house.bring(whole)).changed == 1
    assert [line.amount_yen for line in (await house.shown("2026-10")).lines] == [5000]


async def test_statements_that_the_files_do_not_name_stay(house: House) -> None:
    """A file is a month, not the whole ledger."""
    await house.given_charges(months("2026-09", 3))
    await house.given_charges(["2026-10"])
    assert await house.listed_months() == months("2026-10", 4)


async def test_a_dry_run_counts_and_changes_nothing(house: House) -> None:
    """Not even the audit (C7)."""
    before = await house.everything()
    imported = await house.bring(two_statements(house), dry_run=True)
    assert (imported.added, imported.published) == (2, False)
    assert await house.everything() == before
    assert await house.run("SELECT FROM imports") == []


async def test_an_import_leaves_an_audit_row(house: House) -> None:
    """Who, which files, how many (C11)."""
    await house.bring(two_statements(house))
    [row] = await house.run("SELECT * FROM imports")
    assert (row["read_statements"], row["read_lines"], row["added"], row["changed"], row["unchanged"]) == (
        2,
        5,
        2,
        0,
        0,
    )
    assert len(row["statements_sha256"]) == len(row["lines_sha256"]) == 64
    assert row["imported_by"]


async def test_files_as_excel_saves_them_are_read(house: House) -> None:
    """CP932, amounts with commas and triangles, months in Japanese (C1, C5, C6)."""
    files = house.files()
    files.statements = [("0012345678", "2026年10月", "￥4,500", "450", "２３０", "18", "0", "5,198")]
    files.lines = [
        (TARO, "202610", 1, "光", "料金", "１０％", "5,000"),
        (TARO, "2026-10", 2, "光", "割引～", "10", "▲500"),
    ]
    files.lines.append((TARO, "2026/10", 3, "番組ガイド", "誌", "8%", "230"))
    imported = await import_charges(
        house.database, *files.write(encoding="cp932"), publish=True, dry_run=False
    )
    assert imported.encoding == "cp932"
    assert [line.item for line in (await house.shown("2026-10")).lines] == ["料金", "割引～", "誌"]


async def test_the_operator_sees_how_far_it_is(house: House) -> None:
    """Rows done of rows in both files (C7)."""
    seen: list[tuple[int, int]] = []
    paths = two_statements(house).write()
    await import_charges(
        house.database,
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
    house: House, spoil: Callable[[Files], None], file: str, line: int, column: str, reason: str
) -> None:
    """The row is named, with the difference (C8, C9)."""
    await house.given_charges(["2026-09"])
    files = two_statements(house)
    spoil(files)
    [problem] = await problems_of(house, files)
    assert (problem.file, problem.line, problem.column, problem.reason) == (file, line, column, reason)
    assert len(problem.masked_value.replace("＊", "")) <= 1


async def test_bad_cells_of_both_files_are_listed_at_once(house: House) -> None:
    """With the file that each is in (C8)."""
    files = two_statements(house)
    files.statements[1] = ("1.23E+09", "Oct-26", "1.5", 0, 0, 0, 0, 0)
    files.lines[0] = (TARO, "2026/10", 0, "光", "", "5%", 5000)
    problems = await problems_of(house, files)
    assert [(problem.file, problem.line, problem.column) for problem in problems] == [
        ("statements.csv", 3, "お客様番号"),
        ("statements.csv", 3, "請求年月"),
        ("statements.csv", 3, "10%対象額"),
        ("statement_lines.csv", 2, "行番号"),
        ("statement_lines.csv", 2, "内訳"),
        ("statement_lines.csv", 2, "税率"),
    ]


async def test_files_that_were_given_in_the_wrong_order_are_refused(house: House) -> None:
    """Their headers tell."""
    statements, lines = two_statements(house).write()
    with pytest.raises(BrokenFile) as broken:
        await import_charges(house.database, lines, statements, publish=True, dry_run=False)
    assert {problem.reason for problem in broken.value.problems} == {"知らない列です", "必要な列がありません"}


async def test_customers_read_on_while_an_import_is_under_way(house: House) -> None:
    """Its lock keeps out other imports only; what it brings is seen when all of it is there."""
    await house.given_charges(["2026-10"])
    async with house.database.long_transaction() as tx:
        await tx.execute("LOCK TABLE statements IN SHARE ROW EXCLUSIVE MODE")
        assert (await house.shown("2026-10")).amount_yen == 5500


async def test_a_month_that_nobody_can_have_billed_yet_is_refused(house: House) -> None:
    """2062 for 2026, published, would empty the list of every customer."""
    files = house.files().add(TARO, "2026/10", INTERNET).add(TARO, "2062/10", INTERNET)
    before = await house.everything()
    with pytest.raises(BrokenFile) as broken:
        await import_charges(
            house.database, *files.write(), publish=True, dry_run=False, not_after=BillingMonth(2026, 12)
        )
    assert await house.everything() == before
    [problem] = broken.value.problems
    assert (problem.line, problem.column, problem.reason) == (3, "請求年月", "2026-12より先の月です")
