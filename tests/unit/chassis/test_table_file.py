"""CSV files as other systems and Excel write them (data rules C1 to C4, C8)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chassis.csv_import.table import REPORTED, BrokenFile, Column, RowProblem, TableFile, masked, read_table


def whole_number(cell: str) -> int:
    """Digits only."""
    if not cell.isdigit():
        raise ValueError("数字ではありません")
    return int(cell)


COLUMNS = (
    Column("code", ("品番", "code"), str),
    Column("count", ("個数", "count"), whole_number),
    Column("note", ("備考", "note"), str, required=False),
)
Read = Callable[..., TableFile]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a file of this content; text is written in UTF-8."""

    def read_content(content: str | bytes, **options: Any) -> TableFile:
        path = tmp_path / "table.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_table(path, COLUMNS, **options)

    return read_content


def problems_of(read: Read, content: str | bytes, **options: Any) -> tuple[RowProblem, ...]:
    """Everything that is wrong with the file."""
    with pytest.raises(BrokenFile) as broken:
        read(content, **options)
    assert broken.value.count == len(broken.value.problems)
    return broken.value.problems


def values_of(table: TableFile) -> list[tuple[Any, ...]]:
    """The rows as tuples of code, count, note."""
    return [tuple(row.values[column.field] for column in COLUMNS) for row in table.rows]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp932"])
def test_the_encoding_is_found_and_told(read: Read, encoding: str) -> None:
    """The three that billing systems and Excel write (C1)."""
    table = read("品番,個数,備考\r\nﾈｼﾞ～①,3,髙\r\n".encode(encoding))
    assert table.encoding == encoding
    assert values_of(table) == [("ﾈｼﾞ～①", 3, "髙")]


def test_half_width_kana_that_is_valid_utf8_by_chance_is_read_by_its_header(read: Read) -> None:
    """ﾃ｡ in cp932 is the UTF-8 form of á; the Japanese header decides for the whole file (C1)."""
    cell = "ﾃ｡"
    assert cell.encode("cp932").decode("utf-8") == "á"
    assert values_of(read(f"品番,個数\r\n{cell},1\r\n".encode("cp932"))) == [(cell, 1, None)]


def test_a_byte_far_down_the_file_counts_too(read: Read) -> None:
    """An ASCII header and a thousand ASCII rows are valid in every encoding."""
    content = b"code,count\r\n" + b"a,1\r\n" * 1_000 + "ネジ,2\r\n".encode("cp932")
    assert read(content).encoding == "cp932"


def test_a_given_encoding_is_not_searched_for(read: Read) -> None:
    """The operator knows better than chance."""
    content = "code,count\r\nﾃ｡,1\r\n".encode("cp932")
    assert values_of(read(content)) == [("á", 1, None)]
    assert values_of(read(content, encoding="cp932")) == [("ﾃ｡", 1, None)]


def test_a_file_that_is_not_in_the_given_encoding_is_refused(read: Read) -> None:
    """Strictly, and in one sentence."""
    [problem] = problems_of(read, "品番,個数\r\n".encode("cp932"), encoding="utf-8")
    assert problem.reason == "文字コードがUTF-8ではありません"


def test_a_file_in_none_of_the_encodings_is_refused(read: Read) -> None:
    """0x81 0x01 is nothing in any of them."""
    [problem] = problems_of(read, b"code,count\r\n\x81\x01,1\r\n")
    assert problem.reason == "文字コードがUTF-8でもShift_JIS（CP932）でもありません"


def test_an_encoding_that_is_not_ours_is_a_wrong_call(read: Read) -> None:
    """`shift_jis` reads the wave dash otherwise than Windows writes it."""
    with pytest.raises(ValueError, match="shift_jis"):
        read("code,count\r\n", encoding="shift_jis")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_utf16_and_any_other_nul_is_refused(read: Read, encoding: str) -> None:
    """Excel's "Unicode text" is UTF-16 (C2)."""
    [problem] = problems_of(read, "code,count\r\na,1\r\n".encode(encoding))
    assert (problem.line, problem.reason[:10]) == (1, "NUL文字があります")


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
    assert [(row.line, row.values["code"]) for row in table.rows] == [(2, "a\r\nb"), (4, "c")]


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


def test_an_unknown_column_is_named(read: Read) -> None:
    """Nothing is dropped silently (C3)."""
    assert problems_of(read, "品番,個数,色\r\na,1,赤\r\n") == (
        RowProblem(1, "色", "", "知らない列です", "table.csv"),
    )


def test_all_missing_columns_are_named(read: Read) -> None:
    """At once; optional ones may be missing (C3)."""
    first, second = problems_of(read, "備考\r\nb\r\n")
    assert (first.column, second.column) == ("品番", "個数")
    assert first.reason == second.reason == "必要な列がありません"


def test_a_column_that_is_there_twice_is_refused(read: Read) -> None:
    """Even in two languages."""
    assert problems_of(read, "品番,個数,code\r\na,1,b\r\n")[0].reason == "同じ列が2つあります"


def test_a_first_row_without_any_title_is_not_shown_in_the_report(read: Read) -> None:
    """It is data, and may be personal."""
    assert problems_of(read, "0012345678,アイコム\r\n") == (
        RowProblem(1, "", "", "見出しの行がありません", "table.csv"),
    )


@pytest.mark.parametrize("content", ["", "\r\n\r\n", "﻿"])
def test_an_empty_file_is_refused(read: Read, content: str) -> None:
    """An export that failed must not look like one without changes."""
    assert problems_of(read, content)[0].reason == "見出しがありません"


def test_a_header_alone_is_a_table_without_rows(read: Read) -> None:
    """Nobody moved in today."""
    assert read("品番,個数\r\n").rows == ()


def test_every_bad_cell_is_listed_with_line_column_and_reason(read: Read) -> None:
    """Whoever mends the file wants to do it once (C8)."""
    problems = problems_of(read, "品番,個数\r\na,x\r\nb,2\r\n,三つ\r\n")
    assert problems == (
        RowProblem(2, "個数", "＊＊＊", "数字ではありません", "table.csv"),
        RowProblem(4, "品番", "", "値がありません", "table.csv"),
        RowProblem(4, "個数", "三＊＊＊", "数字ではありません", "table.csv"),
    )


@pytest.mark.parametrize(
    "cell", ["1.23E+09", "1.23e+9", "1E+10", "-4.5E-03", '"=""1.23E+09"""', " 1.23E+09 "]
)
def test_scientific_notation_is_an_error_with_its_row(read: Read, cell: str) -> None:
    """Excel has thrown digits away: no guess gives them back (C4)."""
    [problem] = problems_of(read, f"品番,個数\r\na,1\r\n{cell},1\r\n")
    assert (problem.line, problem.column) == (3, "品番")
    assert problem.reason.startswith("Excelが数字を指数表記に変えています")


@pytest.mark.parametrize("cell", ["E+1", "1E5", "2.5e", "A1.2E+3"])
def test_other_codes_with_an_e_are_just_text(read: Read, cell: str) -> None:
    """Excel always writes the sign of the exponent."""
    assert values_of(read(f"品番,個数\r\n{cell},1\r\n")) == [(cell, 1, None)]


def test_more_cells_than_titles_are_an_error(read: Read) -> None:
    """An amount such as 1,234 without quotes would shift everything behind it."""
    [problem] = problems_of(read, "品番,個数\r\na,1,234\r\n")
    assert problem.line == 2
    assert "カンマ" in problem.reason


@pytest.mark.parametrize("rows", ['a,1\r\nb,"2\r\nc,3\r\n', 'a,1\r\n"b"x,2\r\nc,3\r\n'])
def test_quotes_that_do_not_fit_are_an_error_from_their_line_on(read: Read, rows: str) -> None:
    """Not a giant cell."""
    [problem] = problems_of(read, f"品番,個数\r\n{rows}")
    assert (problem.line, problem.reason[:3]) == (3, "引用符")


def test_a_quote_in_the_header_that_nothing_closes_is_an_error(read: Read) -> None:
    """The whole file would be one cell."""
    [problem] = problems_of(read, '"品番,個数\r\na,1\r\n')
    assert (problem.line, problem.reason[:3]) == (1, "引用符")


def test_a_thousand_problems_are_listed_and_all_are_counted(read: Read) -> None:
    """A report that somebody can still open (C8)."""
    with pytest.raises(BrokenFile) as broken:
        read("品番,個数\r\n" + "a,x\r\n" * (REPORTED + 500))
    assert len(broken.value.problems) == 1_000
    assert broken.value.count == 1_500


def test_the_error_itself_holds_no_value_of_the_file(read: Read) -> None:
    """It may end in a log."""
    with pytest.raises(BrokenFile) as broken:
        read("品番,個数\r\na,090-0000-1234\r\n")
    assert "090" not in str(broken.value) + repr(broken.value.problems)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0748660739", "0＊＊＊"),
        (" ﾔﾏﾓﾄ", "ﾔ＊＊＊"),
        ("ab", "a＊＊＊"),
        ("a", "＊＊＊"),
        ("", ""),
        (" ", ""),
    ],
)
def test_a_masked_value_shows_one_character_and_no_length(value: str, shown: str) -> None:
    """And none of a value that has only one."""
    assert masked(value) == shown
