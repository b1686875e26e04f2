"""Tables that people bring as CSV out of another system or out of Excel: all rows, or a list of everything
that is wrong with them.

The encoding is found by decoding the whole file strictly and by matching the header, as short texts of one
encoding can by chance be valid in another (data rule C1). What Excel does to a file on its way is accepted
where nothing is lost (C2 to C4).
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ENCODINGS = ("utf-8-sig", "utf-8", "cp932")
"""In the order in which they are tried. Never `shift_jis`, which reads 0x8160 as another wave dash than
Windows does.
"""

REPORTED = 1_000
"""So many problems are kept; the others are only counted."""

_BOM = b"\xef\xbb\xbf"
_GUARD = re.compile(r'=\("(.*)"\)|="(.*)"', re.DOTALL)
_SCIENTIFIC = re.compile(r"\s*[+-]?[0-9]+([.][0-9]+)?[eE][+-][0-9]+\s*")
_HAS_NUL = "NUL文字があります。UTF-16ではなくUTF-8かShift_JIS（CP932）で書き出してください"
_SPOILED_BY_EXCEL = "Excelが数字を指数表記に変えています。列を文字列にして書き出し直してください"


@dataclass(frozen=True)
class RowProblem:
    """One thing that is wrong. `line` is the line of the file on which the row begins, from 1; `reason` is a
    Japanese sentence.
    """

    line: int
    column: str
    masked_value: str
    reason: str
    file: str = ""


class BrokenFile(Exception):
    """A file cannot be taken. `problems` are the first 1,000 of `count`. Its text holds no value of the file.
    """

    def __init__(self, problems: tuple[RowProblem, ...], count: int) -> None:
        super().__init__(f"{count} problems")
        self.problems = problems
        self.count = count


class Problems:
    """Collects what is wrong, so that whoever mends the file hears of everything at once."""

    def __init__(self) -> None:
        self._kept: list[RowProblem] = []
        self._count = 0

    def add(self, problem: RowProblem) -> None:
        """Keeps the problem, or counts it once 1,000 are kept."""
        self._count += 1
        if len(self._kept) < REPORTED:
            self._kept.append(problem)

    def add_all_of(self, broken: BrokenFile) -> None:
        """Adds what another reading found."""
        for problem in broken.problems:
            self.add(problem)
        self._count += broken.count - len(broken.problems)

    def raise_if_any(self) -> None:
        """Raises BrokenFile with everything that was added; returns if nothing was."""
        if self._count:
            raise BrokenFile(tuple(self._kept), self._count)


@dataclass(frozen=True)
class Column:
    """A column of a table. `titles` are its names, the first one is used in reports.

    `read` gets the text of a cell that is not empty, without Excel's text guard, and raises ValueError with a
    Japanese sentence. A column that is not `required` may be absent, and its empty cells are None.
    """

    field: str
    titles: tuple[str, ...]
    read: Callable[[str], Any]
    required: bool = True


@dataclass(frozen=True)
class TableRow:
    """The values of one row by `Column.field`."""

    line: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class TableFile:
    """A table of which every cell was readable. `sha256` is that of the file's bytes, hex."""

    encoding: str
    sha256: str
    rows: tuple[TableRow, ...]


def masked(value: str) -> str:
    """The first character, then stars of a fixed number: enough to find the cell, too little to be personal.
    """
    bare = value.strip()
    return f"{bare[0]}＊＊＊" if len(bare) > 1 else "＊＊＊" if bare else ""


def read_table(path: Path, columns: Sequence[Column], *, encoding: str | None = None) -> TableFile:
    """The whole table, or BrokenFile with all its problems (C1 to C4, C8).

    `encoding` is one of `ENCODINGS` (else ValueError) and turns the search for it off. Raises OSError where
    the file cannot be read.
    """
    if encoding not in (None, *ENCODINGS):
        raise ValueError(f"{encoding} is not one of {', '.join(ENCODINGS)}")
    raw = path.read_bytes()
    problems = Problems()
    if (nul := raw.find(b"\0")) >= 0:
        problems.add(RowProblem(raw.count(b"\n", 0, nul) + 1, "", "", _HAS_NUL, path.name))
    problems.raise_if_any()
    found, text = _decoded(raw, columns, encoding, path.name)
    rows = _Reading(path.name, columns, problems).rows_of(text)
    problems.raise_if_any()
    return TableFile(found, hashlib.sha256(raw).hexdigest(), rows)


def _decoded(raw: bytes, columns: Sequence[Column], encoding: str | None, name: str) -> tuple[str, str]:
    """The first encoding in which the whole file is valid and most titles are known. Raises BrokenFile if it
    is valid in none.
    """
    known = {_folded(title) for column in columns for title in column.titles}
    best, best_matches = None, -1
    for candidate in (encoding,) if encoding else ENCODINGS if raw.startswith(_BOM) else ENCODINGS[1:]:
        try:
            text = raw.decode(candidate).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        matches = sum(_folded(cell) in known for cell in _first_row(text))
        if matches > best_matches:
            best, best_matches = (candidate, text), matches
    if best is None:
        tried = {None: "UTF-8でもShift_JIS（CP932）でも", "cp932": "Shift_JIS（CP932）では"}.get(
            encoding, "UTF-8では"
        )
        raise BrokenFile((RowProblem(1, "", "", f"文字コードが{tried}ありません", name),), 1)
    return best


def _first_row(text: str) -> Sequence[str]:
    try:
        return next((cells for _, cells in _records(text)), ())
    except csv.Error:
        return ()


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with the line on which each begins. Raises csv.Error for quotes that do not
    fit.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def _folded(title: str) -> str:
    return "".join(unicodedata.normalize("NFKC", title).split()).casefold()


class _Reading:
    """One pass over a text; adds to `problems` whatever is wrong."""

    def __init__(self, name: str, columns: Sequence[Column], problems: Problems) -> None:
        self._name = name
        self._columns = columns
        self._problems = problems

    def rows_of(self, text: str) -> tuple[TableRow, ...]:
        """All rows; worth something only if no problem was added."""
        rows: list[TableRow] = []
        places, width, line = None, 0, 0
        try:
            for line, cells in _records(text):
                if places is None:
                    places, width = self._places(line, cells), len(cells)
                    if not places:
                        return ()
                    continue
                if any(cell.strip() for cell in cells[width:]):
                    self._add(
                        line, "", "", "見出しより列が多くあります。カンマを含む値を引用符で囲んでください"
                    )
                rows.append(self._row(line, cells, places))
        except csv.Error:
            self._add(line + 1, "", "", "引用符の対応が正しくない行が、この行から先にあります")
            return ()
        if places is None:
            self._add(1, "", "", "見出しがありません")
        return tuple(rows)

    def _places(self, line: int, titles: Sequence[str]) -> dict[str, int]:
        """Where each field stands; nothing if the rows below cannot be read by this header (C3)."""
        fields = {_folded(title): column.field for column in self._columns for title in column.titles}
        found = [(place, title, fields.get(_folded(_unguarded(title)))) for place, title in enumerate(titles)]
        if not any(field for _, _, field in found):
            # What stands here may be personal: a first row is named in a report only if it is a header.
            self._add(line, "", "", "見出しの行がありません")
            return {}
        places: dict[str, int] = {}
        for place, title, field in found:
            if field is None and title.strip():
                self._add(line, title.strip(), "", "知らない列です")
            elif field in places:
                self._add(line, title.strip(), "", "同じ列が2つあります")
            elif field is not None:
                places[field] = place
        missing = [column for column in self._columns if column.required and column.field not in places]
        for column in missing:
            self._add(line, column.titles[0], "", "必要な列がありません")
        return {} if missing else places

    def _row(self, line: int, cells: Sequence[str], places: Mapping[str, int]) -> TableRow:
        values: dict[str, Any] = {}
        for column in self._columns:
            place = places.get(column.field, len(cells))
            cell = (
                _unguarded(cells[place]) if place < len(cells) else ""
            )  # Excel leaves trailing empty cells out
            try:
                values[column.field] = _value(column, cell)
            except ValueError as error:
                self._add(line, column.titles[0], masked(cell), str(error))
        return TableRow(line, values)

    def _add(self, line: int, column: str, masked_value: str, reason: str) -> None:
        self._problems.add(RowProblem(line, column, masked_value, reason, self._name))


def _unguarded(cell: str) -> str:
    """The text in `="…"` and `=("…")`, with which other systems keep Excel from eating leading zeros."""
    if not cell.startswith("=") or not (guard := _GUARD.fullmatch(cell)):
        return cell
    return (guard[1] if guard[1] is not None else guard[2]).replace('""', '"')


def _value(column: Column, cell: str) -> Any:
    if not cell or cell.isspace():
        if column.required:
            raise ValueError("値がありません")
        return None
    if _SCIENTIFIC.fullmatch(cell):
        raise ValueError(_SPOILED_BY_EXCEL)
    return column.read(cell)
