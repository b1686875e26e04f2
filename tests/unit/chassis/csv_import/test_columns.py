"""The header of a table names its columns, in any order and in two languages (data rule C3)."""

from __future__ import annotations

import pytest
from support.csv_tables import Read, problems_of

from chassis.csv_import import RowProblem, TableFault


def test_an_unknown_column_is_named(read: Read) -> None:
    """Nothing is dropped silently (C3)."""
    assert problems_of(read, "品番,個数,色\r\na,1,赤\r\n") == (
        RowProblem(1, "色", "", TableFault.UNKNOWN_COLUMN, "table.csv"),
    )


def test_all_missing_columns_are_named(read: Read) -> None:
    """At once; optional ones may be missing (C3)."""
    first, second = problems_of(read, "備考\r\nb\r\n")
    assert (first.column, second.column) == ("品番", "個数")
    assert first.reason == second.reason == TableFault.MISSING_COLUMN


def test_a_column_that_is_there_twice_is_refused(read: Read) -> None:
    """Even in two languages."""
    assert problems_of(read, "品番,個数,code\r\na,1,b\r\n")[0].reason == TableFault.REPEATED_COLUMN


def test_a_first_row_without_any_title_is_not_shown_in_the_report(read: Read) -> None:
    """It is data, and may be personal."""
    assert problems_of(read, "0012345678,アイコム\r\n") == (
        RowProblem(1, "", "", TableFault.NO_HEADER, "table.csv"),
    )


@pytest.mark.parametrize("content", ["", "\r\n\r\n", "﻿"])
def test_an_empty_file_is_refused(read: Read, content: str) -> None:
    """An export that failed must not look like one without changes."""
    assert problems_of(read, content)[0].reason == TableFault.EMPTY_FILE


def test_a_header_alone_is_a_table_without_rows(read: Read) -> None:
    """Nobody moved in today."""
    assert read("品番,個数\r\n").rows == ()


def test_a_quote_in_the_header_that_nothing_closes_is_an_error(read: Read) -> None:
    """The whole file would be one cell."""
    [problem] = problems_of(read, '"品番,個数\r\na,1\r\n')
    assert (problem.line, problem.reason) == (1, TableFault.UNBALANCED_QUOTES)
