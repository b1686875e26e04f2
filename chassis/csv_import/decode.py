"""From the bytes of a file to its text and its rows.

The encoding is found by decoding the whole file strictly and by matching the header, as short texts of one
encoding can by chance be valid in another (data rule C1).
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence, Set

from chassis.csv_import.report import TableFault

ENCODINGS = ("utf-8-sig", "utf-8", "cp932")
"""In the order in which they are tried. Never `shift_jis`, which reads 0x8160 as another wave dash than
Windows does. A file with the mark of UTF-16, which a spreadsheet calls 「Unicode テキスト」, is read as that.
"""

DELIMITERS = ",\t;"
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_END_OF_FILE = re.compile("\x1a\\s*$")  # as systems from the days of DOS write it


class Undecodable(Exception):
    """The file is no text in the encoding that was asked for, or in none. `fault` says why, `line` where."""

    def __init__(self, fault: TableFault, line: int = 1) -> None:
        super().__init__(str(fault))
        self.fault = fault
        self.line = line


def decode(raw: bytes, titles: Iterable[str], encoding: str | None) -> tuple[str, str]:
    """The encoding and the text: of all in which the whole file is valid the one by which most titles are
    known. Raises Undecodable.
    """
    if raw.startswith(_WORKBOOK_STARTS):
        raise Undecodable(TableFault.IS_A_WORKBOOK)
    known = {folded(title) for title in titles}
    best, best_matches = None, -1
    for candidate in _candidates(raw, encoding):
        try:
            text = _END_OF_FILE.sub("", raw.decode(candidate).removeprefix("\ufeff"))
        except UnicodeDecodeError:
            continue
        matches = max(_known_titles(text, delimiter, known) for delimiter in DELIMITERS)
        if matches > best_matches:
            best, best_matches = (candidate, text), matches
    if best is None:
        raise Undecodable(_fault_of(encoding))
    nul = best[1].find("\0")
    if nul >= 0:
        raise Undecodable(TableFault.HAS_NUL, best[1].count("\n", 0, nul) + 1)
    return best


def delimiter_of(text: str, titles: Iterable[str]) -> str:
    """What divides the cells: the one by which most titles are known, a comma where none is."""
    known = {folded(title) for title in titles}
    return max(DELIMITERS, key=lambda delimiter: _known_titles(text, delimiter, known))


def _known_titles(text: str, delimiter: str, known: Set[str]) -> int:
    return sum(folded(cell) in known for cell in _first_row(text, delimiter))


def _candidates(raw: bytes, encoding: str | None) -> Sequence[str]:
    if encoding:
        return (encoding,)
    if raw.startswith(_UTF16_MARKS):
        return ("utf-16",)
    return ENCODINGS if raw.startswith(codecs.BOM_UTF8) else ENCODINGS[1:]


def _fault_of(encoding: str | None) -> TableFault:
    if encoding is None:
        return TableFault.IN_NO_KNOWN_ENCODING
    return TableFault.NOT_CP932 if encoding == "cp932" else TableFault.NOT_UTF8


def _first_row(text: str, delimiter: str) -> Sequence[str]:
    try:
        return next((cells for _, cells in records(text, delimiter)), ())
    except csv.Error:
        return ()


def records(text: str, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with the line on which each begins. Raises csv.Error for quotes that do not
    fit.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def folded(title: str) -> str:
    """A title as it is compared: width, case and spaces make no difference."""
    return "".join(unicodedata.normalize("NFKC", title).split()).casefold()
