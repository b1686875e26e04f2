"""One pass over a file: every row by its columns, and everything that is wrong."""

from __future__ import annotations

import csv
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from chassis.csv_import.columns import Column, UnreadableCell, find_columns, value_of
from chassis.csv_import.decode import ENCODINGS, LineTooLong, TextFile, Undecodable, open_text
from chassis.csv_import.report import BrokenFile, Problems, RowProblem, TableFault, masked
from chassis.csv_import.spreadsheet import unguarded

_REMEMBERED = 20_000  # cells of a column: most come again and again

TableRow = Any
"""A named tuple: `line`, from 1, and the value of each column by its field."""


def open_table(path: Path, columns: Sequence[Column], *, encoding: str | None = None) -> Table:
    """A table whose header was readable. `encoding` is one of `ENCODINGS` (else ValueError) and turns the
    search for it off. Raises BrokenFile, and OSError where the file cannot be read (C1 to C3).
    """
    if encoding not in (None, *ENCODINGS):
        raise ValueError(f"{encoding} is not one of {', '.join(ENCODINGS)}")
    try:
        text = open_text(path, [title for column in columns for title in column.titles], encoding)
    except Undecodable as undecodable:
        problem = RowProblem(undecodable.line, "", "", undecodable.fault, path.name)
        raise BrokenFile((problem,), 1) from None
    return Table(text, columns)


_named_tuple: Callable[[str, Sequence[str]], Any] = namedtuple


class Table:
    """A file, row by row, once or more often. What is wrong with a row is added to `problems`, and the row
    is left out.
    """

    def __init__(self, text: TextFile, columns: Sequence[Column]) -> None:
        self.encoding = text.encoding
        self.sha256 = text.sha256
        self.lines = text.lines  # about so many rows
        self.problems = Problems()
        self._text = text
        self._columns = columns
        fields = ["line", *(column.field for column in columns)]
        self._make = _named_tuple("TableRow", fields)._make

    def rows(self) -> Iterator[TableRow]:
        """All that can be read (C4). Raises nothing: whoever takes the table asks `problems` at the end."""
        read_row: Callable[[int, list[str]], TableRow] | None = None
        line = 0
        try:
            for line, cells in self._text.records():
                if read_row is not None:
                    if (row := read_row(line, cells)) is not None:
                        yield row
                    continue
                places = self._places(line, cells)
                if not places:
                    return
                read_row = _RowReader(self._columns, places, len(cells), self._make, self._add).read
        except LineTooLong:
            self._add(line + 1, "", "", TableFault.LINE_TOO_LONG)
            return
        except csv.Error:
            self._add(line + 1, "", "", TableFault.UNBALANCED_QUOTES)
            return
        if read_row is None:
            self._add(1, "", "", TableFault.EMPTY_FILE)

    def _places(self, line: int, titles: Sequence[str]) -> Mapping[str, int]:
        header = find_columns(titles, self._columns)
        for title, fault in header.faults:
            self._add(line, title, "", fault)
        return header.places

    def _add(self, line: int, column: str, masked_value: str, reason: TableFault | str) -> None:
        self.problems.add(RowProblem(line, column, masked_value, reason, self._text.path.name))


class _KnownCells(dict[str, Any]):
    """What cells of one column say, remembered: a million rows hold few different ones. Raises UnreadableCell
    for one that says nothing of use, each time.
    """

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.title = column.titles[0]
        self._column = column

    def __missing__(self, cell: str) -> Any:
        value = value_of(self._column, unguarded(cell))
        if len(self) >= _REMEMBERED:
            self.clear()
        self[cell] = value
        return value


class _RowReader:
    """Reads the rows below one header."""

    def __init__(
        self,
        columns: Sequence[Column],
        places: Mapping[str, int],
        width: int,
        make: Callable[[Sequence[Any]], TableRow],
        add: Callable[[int, str, str, TableFault | str], None],
    ) -> None:
        # A column that is not there has a place where no cell is.
        self._cells = [(places.get(column.field, width), _KnownCells(column)) for column in columns]
        self._width = width
        self._make = make
        self._add = add

    def read(self, line: int, cells: list[str]) -> TableRow | None:
        """The row, or None if anything is wrong with it."""
        is_readable = True
        if any(cell.strip() for cell in cells[self._width :]):
            self._add(line, "", "", TableFault.MORE_CELLS_THAN_TITLES)
            is_readable = False
        del cells[self._width :]
        cells += [""] * (self._width + 1 - len(cells))  # Excel leaves trailing empty cells out
        values: list[Any] = [line]
        for place, known in self._cells:
            try:
                values.append(known[cells[place]])
            except UnreadableCell as unreadable:
                self._add(line, known.title, masked(unguarded(cells[place])), unreadable.reason)
                is_readable = False
        return self._make(values) if is_readable else None
