"""One pass over a file: every row by its columns, or everything that is wrong."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.csv_import.columns import Column, UnreadableCell, find_columns, value_of
from chassis.csv_import.decode import ENCODINGS, Undecodable, decode, delimiter_of, records
from chassis.csv_import.report import BrokenFile, Problems, RowProblem, TableFault, masked
from chassis.csv_import.spreadsheet import unguarded


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


def read_table(path: Path, columns: Sequence[Column], *, encoding: str | None = None) -> TableFile:
    """The whole table, or BrokenFile with all its problems (C1 to C4, C8).

    `encoding` is one of `ENCODINGS` (else ValueError) and turns the search for it off. Raises OSError where
    the file cannot be read.
    """
    if encoding not in (None, *ENCODINGS):
        raise ValueError(f"{encoding} is not one of {', '.join(ENCODINGS)}")
    raw = path.read_bytes()
    reading = _Reading(path.name, columns)
    found, text = reading.text_of(raw, encoding)
    return TableFile(found, hashlib.sha256(raw).hexdigest(), reading.rows_of(text))


class _Reading:
    """One pass over a file. What is wrong is collected, and raised as BrokenFile at the end of each step."""

    def __init__(self, name: str, columns: Sequence[Column]) -> None:
        self._name = name
        self._columns = columns
        self._titles = [title for column in columns for title in column.titles]
        self._problems = Problems()

    def text_of(self, raw: bytes, encoding: str | None) -> tuple[str, str]:
        """The encoding and the text. Raises BrokenFile."""
        try:
            return decode(raw, self._titles, encoding)
        except Undecodable as undecodable:
            problem = RowProblem(undecodable.line, "", "", undecodable.fault, self._name)
            raise BrokenFile((problem,), 1) from None

    def rows_of(self, text: str) -> tuple[TableRow, ...]:
        """All rows. Raises BrokenFile."""
        rows = self._rows(text)
        self._problems.raise_if_any()
        return rows

    def _rows(self, text: str) -> tuple[TableRow, ...]:
        rows: list[TableRow] = []
        places, width, line = None, 0, 0
        try:
            for line, cells in records(text, delimiter_of(text, self._titles)):
                if places is None:
                    places, width = self._places(line, cells), len(cells)
                    if not places:
                        return ()
                    continue
                if any(cell.strip() for cell in cells[width:]):
                    self._add(line, "", "", TableFault.MORE_CELLS_THAN_TITLES)
                rows.append(self._row(line, cells, places))
        except csv.Error:
            self._add(line + 1, "", "", TableFault.UNBALANCED_QUOTES)
            return ()
        if places is None:
            self._add(1, "", "", TableFault.EMPTY_FILE)
        return tuple(rows)

    def _places(self, line: int, titles: Sequence[str]) -> Mapping[str, int]:
        header = find_columns(titles, self._columns)
        for title, fault in header.faults:
            self._add(line, title, "", fault)
        return header.places

    def _row(self, line: int, cells: Sequence[str], places: Mapping[str, int]) -> TableRow:
        values: dict[str, Any] = {}
        for column in self._columns:
            place = places.get(column.field, len(cells))
            # Excel leaves trailing empty cells out.
            cell = unguarded(cells[place]) if place < len(cells) else ""
            try:
                values[column.field] = value_of(column, cell)
            except UnreadableCell as unreadable:
                self._add(line, column.titles[0], masked(cell), unreadable.reason)
        return TableRow(line, values)

    def _add(self, line: int, column: str, masked_value: str, reason: TableFault | str) -> None:
        self._problems.add(RowProblem(line, column, masked_value, reason, self._name))
