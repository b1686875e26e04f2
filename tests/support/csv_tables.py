"""A table of three columns, for tests of how CSV files are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chassis.csv_import import BrokenFile, Column, RowProblem, TableFile


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
"""Reads a file of this content."""


def problems_of(read: Read, content: str | bytes, **options: Any) -> tuple[RowProblem, ...]:
    """Everything that is wrong with the file."""
    with pytest.raises(BrokenFile) as broken:
        read(content, **options)
    assert broken.value.count == len(broken.value.problems)
    return broken.value.problems


def values_of(table: TableFile) -> list[tuple[Any, ...]]:
    """The rows as tuples of code, count, note."""
    return [tuple(row.values[column.field] for column in COLUMNS) for row in table.rows]
