"""Files whose rows contradict each other or cannot be read: all is listed, nothing is changed (C7 to C9)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.billing_harness import (
    TARO,
    Files,
    Harness,
    problems_of,
    two_statements,
)

from chassis.csv_import import BrokenFile, TableFault
from services.billing.imports.import_charges import import_charges


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
