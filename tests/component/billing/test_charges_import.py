"""The monthly files of charges: both wholly or not at all (C5 to C9, C11)."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from support.billing_harness import (
    HANAKO,
    INTERNET,
    TARO,
    Harness,
    months,
    two_statements,
)

import mypage.local.demo
from chassis.csv_import import BrokenFile
from messages.values import BillingMonth
from services.billing.imports.import_charges import import_charges

DEMO = Path(mypage.local.demo.__file__).parent


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


async def test_an_operator_hears_what_customers_see_of_his_import(harness: Harness) -> None:
    """Corrections of what is published are seen at once, whether he says so or not (C13)."""
    draft = await harness.bring(two_statements(harness), publish=False)
    assert (draft.published, draft.corrected) == (False, 0)
    rehearsed = await harness.bring(two_statements(harness), dry_run=True)
    assert (rehearsed.published, rehearsed.corrected) == (False, 0)
    shown = await harness.bring(two_statements(harness))
    assert (shown.published, shown.corrected) == (True, 0)
    files = harness.files().add(TARO, "2026-10", INTERNET).add("99", "2026-10", INTERNET)
    corrected = await harness.bring(files, publish=False)
    assert (corrected.published, corrected.added, corrected.changed, corrected.corrected) == (True, 1, 1, 1)
    partly = await harness.bring(files.add(TARO, "2026-11", INTERNET), publish=False)
    assert (partly.published, partly.corrected) == (False, 0)


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
