"""A table of three columns, for tests of how CSV files are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from chassis.csv_import import BrokenFile, Column, RowProblem, Table, TableRow


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


@dataclass(frozen=True)
class WholeTable:
    """A small table of which all is right."""

    encoding: str
    sha256: str
    rows: tuple[TableRow, ...]


def whole(table: Table) -> WholeTable:
    """All of it at once. Raises BrokenFile with everything that is wrong."""
    rows = tuple(table.rows())
    table.problems.raise_if_any()
    return WholeTable(table.encoding, table.sha256, rows)


Read = Callable[..., WholeTable]
"""Reads a file of this content."""


def problems_of(read: Read, content: str | bytes, **options: Any) -> tuple[RowProblem, ...]:
    """Everything that is wrong with the file."""
    with pytest.raises(BrokenFile) as broken:
        read(content, **options)
    assert broken.value.count == len(broken.value.problems)
    return broken.value.problems


def values_of(table: WholeTable) -> list[tuple[Any, ...]]:
    """The rows as tuples of code, count, note."""
    return [tuple(row[1:]) for row in table.rows]
