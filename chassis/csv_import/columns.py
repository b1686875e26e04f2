"""The columns of a table: where each stands by the titles of the header, and what a cell of it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.csv_import.decode import folded
from chassis.csv_import.report import TableFault
from chassis.csv_import.spreadsheet import damage, looks_like_a_date, says_nothing, unguarded


@dataclass(frozen=True)
class Column:
    """A column of a table. `titles` are its names, the first one is used in reports.

    `read` gets the text of a cell that is not empty, without Excel's text guard, and raises ValueError with a
    sentence for people. A column that is not `required` may be absent, and its empty cells are None.
    """

    field: str
    titles: tuple[str, ...]
    read: Callable[[str], Any]
    required: bool = True


@dataclass(frozen=True)
class Header:
    """Where each field stands, from 0, and what is wrong: (title, fault).

    Without `places` the rows below cannot be read by this header (C3).
    """

    places: Mapping[str, int]
    faults: Sequence[tuple[str, TableFault]]


def find_columns(titles: Sequence[str], columns: Sequence[Column]) -> Header:
    """Reads a header row."""
    fields = {folded(title): column.field for column in columns for title in column.titles}
    found = [(place, title, fields.get(folded(unguarded(title)))) for place, title in enumerate(titles)]
    if not any(field for _, _, field in found):
        # What stands here may be personal: a first row is named in a report only if it is a header.
        return Header({}, [("", TableFault.NO_HEADER)])
    places: dict[str, int] = {}
    faults: list[tuple[str, TableFault]] = []
    for place, title, field in found:
        if field is None and title.strip():
            faults.append((title.strip(), TableFault.UNKNOWN_COLUMN))
        elif field in places:
            faults.append((title.strip(), TableFault.REPEATED_COLUMN))
        elif field is not None:
            places[field] = place
    missing = [column for column in columns if column.required and column.field not in places]
    faults += [(column.titles[0], TableFault.MISSING_COLUMN) for column in missing]
    return Header({} if missing else places, faults)


class UnreadableCell(Exception):
    """A cell does not say what its column needs. `reason` is as in `RowProblem`."""

    def __init__(self, reason: TableFault | str) -> None:
        super().__init__("a cell cannot be read")  # the reason may end in a log no more than the value
        self.reason = reason


def value_of(column: Column, cell: str) -> Any:
    """What the cell says; None for an empty one. Raises UnreadableCell."""
    if not cell or cell.isspace():
        if column.required:
            raise UnreadableCell(TableFault.EMPTY_CELL)
        return None
    if not column.required and says_nothing(cell):
        return None
    if fault := damage(cell):
        raise UnreadableCell(fault)
    try:
        return column.read(cell)
    except ValueError as error:
        raise UnreadableCell(TableFault.TAKEN_FOR_A_DATE if looks_like_a_date(cell) else str(error)) from None
