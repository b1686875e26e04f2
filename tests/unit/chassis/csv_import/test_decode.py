"""The encoding of a file as other systems and Excel write it (data rules C1, C2)."""

from __future__ import annotations

import pytest
from support.csv_tables import Read, problems_of, values_of

from chassis.csv_import import TableFault


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
    """Strictly, and with one reason."""
    [problem] = problems_of(read, "品番,個数\r\n".encode("cp932"), encoding="utf-8")
    assert problem.reason == TableFault.NOT_UTF8


def test_a_file_in_none_of_the_encodings_is_refused(read: Read) -> None:
    """0x81 0x01 is nothing in any of them."""
    [problem] = problems_of(read, b"code,count\r\n\x81\x01,1\r\n")
    assert problem.reason == TableFault.IN_NO_KNOWN_ENCODING


def test_an_encoding_that_is_not_ours_is_a_wrong_call(read: Read) -> None:
    """`shift_jis` reads the wave dash otherwise than Windows writes it."""
    with pytest.raises(ValueError, match="shift_jis"):
        read("code,count\r\n", encoding="shift_jis")


@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
def test_the_unicode_text_of_a_spreadsheet_is_read(read: Read, delimiter: str) -> None:
    """UTF-16 with its mark, the cells divided by whatever the header is divided by."""
    content = f"code{delimiter}count\r\na{delimiter}1\r\n"
    assert values_of(read(content.encode("utf-16"))) == [("a", 1, None)]


def test_utf16_without_its_mark_is_refused(read: Read) -> None:
    """As any other file with NUL in it (C2)."""
    [problem] = problems_of(read, "code,count\r\na,1\r\n".encode("utf-16-le"))
    assert (problem.line, problem.reason) == (1, TableFault.HAS_NUL)


@pytest.mark.parametrize("end", ["\x1a", "\r\n\x1a", "\x1a\r\n"])
def test_the_mark_of_the_end_of_a_file_is_no_row(read: Read, end: str) -> None:
    """Systems from the days of DOS write one."""
    assert values_of(read(f"code,count\r\na,1{end}")) == [("a", 1, None)]


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_a_workbook_is_named_whatever_its_file_is_called(read: Read, start: bytes) -> None:
    """Whoever renames one to .csv is told."""
    [problem] = problems_of(read, start + b"code,count")
    assert problem.reason == TableFault.IS_A_WORKBOOK
