"""From the bytes of a file to its text and its rows, however large it is: nothing of it is kept in memory.

The encoding is found by decoding the whole file strictly and by matching the header, as short texts of one
encoding can by chance be valid in another (data rule C1).
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from chassis.csv_import.report import TableFault

ENCODINGS = ("utf-8-sig", "utf-8", "cp932")
"""In the order in which they are tried. Never `shift_jis`, which reads 0x8160 as another wave dash than
Windows does. A file with the mark of UTF-16, which a spreadsheet calls 「Unicode テキスト」, is read as that.
"""

DELIMITERS = ",\t;"
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_END_OF_FILE = "\x1a"  # as systems from the days of DOS write it
_CHUNK = 2**20  # bytes; a header stands in the first of them
_LONGEST_LINE = 2**20  # characters; a cell has 131,072 at most (csv.field_size_limit)
_BLANK_LINES_HELD = 1_000  # behind a mark of the end: more of them are no end


class Undecodable(Exception):
    """The file is no text in the encoding that was asked for, or in none. `fault` says why, `line` where."""

    def __init__(self, fault: TableFault, line: int = 1) -> None:
        super().__init__(str(fault))
        self.fault = fault
        self.line = line


class LineTooLong(csv.Error):
    """A line does not end: nobody reads it to its end to find out."""


@dataclass(frozen=True)
class TextFile:
    """A file that is text in that encoding from its first byte to its last. `sha256` is that of its bytes,
    hex; `lines` is how many it has below the first one, unless cells have line breaks.
    """

    path: Path
    encoding: str
    delimiter: str
    sha256: str
    lines: int

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Rows that are not blank, with the line on which each begins. Raises csv.Error for quotes that do
        not fit, LineTooLong for a line that no row needs.
        """
        with self.path.open(encoding=self.encoding, newline="") as file:
            yield from records(_without_its_marks(_lines_of(file)), self.delimiter)


def open_text(path: Path, titles: Iterable[str], encoding: str | None) -> TextFile:
    """The file in that encoding, or in the one of all in which the whole file is valid by which most titles
    are known; and what divides its cells: what most titles are known by, a comma where none is. Raises
    Undecodable.
    """
    known = {folded(title) for title in titles}
    with path.open("rb") as file:
        first = file.read(_CHUNK)
        if first.startswith(_WORKBOOK_STARTS):
            raise Undecodable(TableFault.IS_A_WORKBOOK)
        attempts = [_Attempt(candidate) for candidate in _candidates(first, encoding)]
        sha256, breaks, last, chunk = hashlib.sha256(), 0, b"", first
        while chunk:
            sha256.update(chunk)
            breaks += chunk.count(b"\n")
            for attempt in attempts:
                attempt.read(chunk)
            last, chunk = chunk, file.read(_CHUNK)
    lines = breaks - last.rstrip(b"\0").endswith(b"\n")  # UTF-16 may have a NUL behind it
    valid = [attempt for attempt in attempts if attempt.ends_well()]
    if not valid:
        raise Undecodable(_fault_of(encoding))
    best = max(valid, key=lambda attempt: attempt.known_titles(known))  # of equal ones the first
    if best.nul_line:
        raise Undecodable(TableFault.HAS_NUL, best.nul_line)
    return TextFile(path, best.encoding, best.delimiter(known), sha256.hexdigest(), lines)


class _Attempt:
    """One encoding, while the file is read."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self.nul_line = 0  # of the first one; 0 means none
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._valid = True
        self._beginning = ""
        self._lines = 1

    def read(self, chunk: bytes, *, is_last: bool = False) -> None:
        """The next bytes."""
        if not self._valid:
            return
        try:
            text = self._decoder.decode(chunk, final=is_last)
        except UnicodeDecodeError:
            self._valid = False
            return
        if not self._beginning:
            self._beginning = text.removeprefix("\ufeff")
        nul = text.find("\0")
        if nul >= 0 and not self.nul_line:
            self.nul_line = self._lines + text.count("\n", 0, nul)
        self._lines += text.count("\n")

    def ends_well(self) -> bool:
        """Whether all of the file is valid in it."""
        self.read(b"", is_last=True)
        return self._valid

    def known_titles(self, known: Set[str]) -> int:
        """By the delimiter that suits best."""
        return max(_known_titles(self._beginning, delimiter, known) for delimiter in DELIMITERS)

    def delimiter(self, known: Set[str]) -> str:
        """The one by which most titles are known."""
        return max(DELIMITERS, key=lambda delimiter: _known_titles(self._beginning, delimiter, known))


def _known_titles(text: str, delimiter: str, known: Set[str]) -> int:
    try:
        first = next((cells for _, cells in records(io.StringIO(text, newline=""), delimiter)), ())
    except csv.Error:
        return 0
    return sum(folded(cell) in known for cell in first)


def _candidates(first: bytes, encoding: str | None) -> Sequence[str]:
    if encoding:
        return (encoding,)
    if first.startswith(_UTF16_MARKS):
        return ("utf-16",)
    return ENCODINGS if first.startswith(codecs.BOM_UTF8) else ENCODINGS[1:]


def _fault_of(encoding: str | None) -> TableFault:
    if encoding is None:
        return TableFault.IN_NO_KNOWN_ENCODING
    return TableFault.NOT_CP932 if encoding == "cp932" else TableFault.NOT_UTF8


def _lines_of(file: TextIO) -> Iterator[str]:
    while line := file.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE and not line.endswith(("\n", "\r")):
            raise LineTooLong
        yield line


def _without_its_marks(lines: Iterable[str]) -> Iterator[str]:
    """Without a byte order mark at its beginning, and without a mark of its end that nothing follows."""
    held: list[str] = []  # begins with a line that may be the last one
    for number, line in enumerate(lines):
        text = line.removeprefix("\ufeff") if number == 0 else line
        if held and (text.strip() or len(held) > _BLANK_LINES_HELD):
            yield from held
            held = []
        if held or _END_OF_FILE in text:
            held.append(text)
        else:
            yield text
    if held:
        before, _, behind = held[0].rpartition(_END_OF_FILE)
        yield from (held if behind.strip() else [before])


def records(lines: Iterable[str], delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with the line on which each begins. Raises csv.Error for quotes that do not
    fit.
    """
    reader = csv.reader(lines, strict=True, delimiter=delimiter)
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def folded(title: str) -> str:
    """A title as it is compared: width, case and spaces make no difference."""
    return "".join(unicodedata.normalize("NFKC", title).split()).casefold()
