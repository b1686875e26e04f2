"""From the bytes of a file to its text and its rows.

The encoding is found by decoding the whole file strictly and by matching the header, as short texts of one
encoding can by chance be valid in another (data rule C1).
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from chassis.csv_import.report import TableFault

ENCODINGS = ("utf-8-sig", "utf-8", "cp932")
"""In the order in which they are tried. Never `shift_jis`, which reads 0x8160 as another wave dash than
Windows does.
"""

_BOM = b"\xef\xbb\xbf"


class Undecodable(Exception):
    """The file is not valid in the encoding that was asked for, or in none. `fault` says which."""

    def __init__(self, fault: TableFault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def decode(raw: bytes, titles: Iterable[str], encoding: str | None) -> tuple[str, str]:
    """The encoding and the text: of all in which the whole file is valid the one by which most titles are
    known. Raises Undecodable.
    """
    known = {folded(title) for title in titles}
    best, best_matches = None, -1
    for candidate in _candidates(raw, encoding):
        try:
            text = raw.decode(candidate).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        matches = sum(folded(cell) in known for cell in _first_row(text))
        if matches > best_matches:
            best, best_matches = (candidate, text), matches
    if best is None:
        raise Undecodable(_fault_of(encoding))
    return best


def _candidates(raw: bytes, encoding: str | None) -> Sequence[str]:
    if encoding:
        return (encoding,)
    return ENCODINGS if raw.startswith(_BOM) else ENCODINGS[1:]


def _fault_of(encoding: str | None) -> TableFault:
    if encoding is None:
        return TableFault.IN_NO_KNOWN_ENCODING
    return TableFault.NOT_CP932 if encoding == "cp932" else TableFault.NOT_UTF8


def _first_row(text: str) -> Sequence[str]:
    try:
        return next((cells for _, cells in records(text)), ())
    except csv.Error:
        return ()


def records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with the line on which each begins. Raises csv.Error for quotes that do not
    fit.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def folded(title: str) -> str:
    """A title as it is compared: width, case and spaces make no difference."""
    return "".join(unicodedata.normalize("NFKC", title).split()).casefold()
