"""Rows and cells as other systems and Excel write them (data rules C2 to C4, C8)."""

from __future__ import annotations

import hashlib

import pytest
from support.csv_tables import Read, problems_of, values_of

from chassis.csv_import import RowProblem, TableFault


@pytest.mark.parametrize(
    "content",
    [
        "品番,個数,備考\r\na,1,b\r\n",
        "品番,個数,備考\na,1,b",
        "品番,個数,備考\ra,1,b\r",
        '"品番","個数","備考"\r\n"a","1","b"\r\n',
        "品番,個数,備考,\r\na,1,b,\r\n",
        "品番,個数,備考\r\na,1,b\r\n\r\n,,\r\n",
        "\r\n品番,個数,備考\r\n\r\na,1,b\r\n",
        '品番,個数,備考\r\n="a",="1",=("b")\r\n',
        '品番,個数,備考\r\n"=""a""","=(""1"")",b\r\n',
        "備考,品番,個数\r\nb,a,1\r\n",
        "code,count,note\r\na,1,b\r\n",
        "Code,COUNT, Note \r\na,1,b\r\n",
        "﻿品番,個数,備考\r\na,1,b\r\n",
    ],
)
def test_what_other_systems_do_to_a_file_does_no_harm(read: Read, content: str) -> None:
    """Line ends, quotes, trailing commas, blank lines, Excel's text guards, order and language of the titles
    (C2, C3).
    """
    assert values_of(read(content)) == [("a", 1, "b")]


def test_a_line_break_inside_quotes_belongs_to_the_cell(read: Read) -> None:
    """And the rows below keep the line numbers that an editor shows."""
    table = read('品番,個数\r\n"a\r\nb",1\r\nc,2\r\n')
    assert [(row.line, row.code) for row in table.rows] == [(2, "a\r\nb"), (4, "c")]


def test_cells_that_excel_left_out_at_the_end_are_empty(read: Read) -> None:
    """Excel drops trailing separators of some rows."""
    assert values_of(read("品番,個数,備考\r\na,1\r\n")) == [("a", 1, None)]


def test_leading_zeros_and_spaces_reach_the_reader_of_the_cell(read: Read) -> None:
    """What a cell means is its reader's business (C4)."""
    assert values_of(read("品番,個数\r\n 0012 ,1\r\n")) == [(" 0012 ", 1, None)]


def test_the_checksum_is_that_of_the_file(read: Read) -> None:
    """For the audit."""
    content = b"code,count\r\na,1\r\n"
    assert read(content).sha256 == hashlib.sha256(content).hexdigest()


def test_every_bad_cell_is_listed_with_line_column_and_reason(read: Read) -> None:
    """Whoever mends the file wants to do it once (C8)."""
    problems = problems_of(read, "品番,個数\r\na,x\r\nb,2\r\n,三つ\r\n")
    assert problems == (
        RowProblem(2, "個数", "＊＊＊", "数字ではありません", "table.csv"),
        RowProblem(4, "品番", "", TableFault.EMPTY_CELL, "table.csv"),
        RowProblem(4, "個数", "三＊＊＊", "数字ではありません", "table.csv"),
    )


@pytest.mark.parametrize(
    "cell", ["1.23E+09", "1.23e+9", "1E+10", "-4.5E-03", '"=""1.23E+09"""', " 1.23E+09 "]
)
def test_scientific_notation_is_an_error_with_its_row(read: Read, cell: str) -> None:
    """Excel has thrown digits away: no guess gives them back (C4)."""
    [problem] = problems_of(read, f"品番,個数\r\na,1\r\n{cell},1\r\n")
    assert (problem.line, problem.column) == (3, "品番")
    assert problem.reason is TableFault.SCIENTIFIC_NOTATION


@pytest.mark.parametrize("cell", ["E+1", "1E5", "2.5e", "A1.2E+3"])
def test_other_codes_with_an_e_are_just_text(read: Read, cell: str) -> None:
    """Excel always writes the sign of the exponent."""
    assert values_of(read(f"品番,個数\r\n{cell},1\r\n")) == [(cell, 1, None)]


def test_more_cells_than_titles_are_an_error(read: Read) -> None:
    """An amount such as 1,234 without quotes would shift everything behind it."""
    [problem] = problems_of(read, "品番,個数\r\na,1,234\r\n")
    assert (problem.line, problem.reason) == (2, TableFault.MORE_CELLS_THAN_TITLES)


@pytest.mark.parametrize("rows", ['a,1\r\nb,"2\r\nc,3\r\n', 'a,1\r\n"b"x,2\r\nc,3\r\n'])
def test_quotes_that_do_not_fit_are_an_error_from_their_line_on(read: Read, rows: str) -> None:
    """Not a giant cell."""
    [problem] = problems_of(read, f"品番,個数\r\n{rows}")
    assert (problem.line, problem.reason) == (3, TableFault.UNBALANCED_QUOTES)


def test_a_line_that_does_not_end_is_not_read_to_its_end(read: Read) -> None:
    """X44: it is named, and takes no room."""
    [problem] = problems_of(read, "品番,個数\r\na,1\r\n" + "x" * 2**21)
    assert (problem.line, problem.reason) == (3, TableFault.LINE_TOO_LONG)


def test_a_mark_of_the_end_with_no_end_behind_it_is_a_row(read: Read) -> None:
    """X44: nobody waits for what may follow a thousand blank lines."""
    assert values_of(read("品番,個数\r\na,1\r\n\x1a" + "\r\n" * 900)) == [("a", 1, None)]
    problems = problems_of(read, "品番,個数\r\na,1\r\n\x1a" + "\r\n" * 2_000)
    assert [problem.line for problem in problems] == [3]
