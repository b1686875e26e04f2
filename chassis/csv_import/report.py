"""What is wrong with a table, row by row: everything at once, and nothing personal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

Done = TypeVar("Done")

REPORTED = 1_000
"""So many problems are kept; the others are only counted."""


class TableFault(StrEnum):
    """What can be wrong with any table, whatever its columns mean."""

    HAS_NUL = "has_nul"  # most often UTF-16
    NOT_UTF8 = "not_utf8"
    NOT_CP932 = "not_cp932"
    IN_NO_KNOWN_ENCODING = "in_no_known_encoding"
    EMPTY_FILE = "empty_file"
    NO_HEADER = "no_header"  # none of the first row's cells is a known title
    UNKNOWN_COLUMN = "unknown_column"
    REPEATED_COLUMN = "repeated_column"
    MISSING_COLUMN = "missing_column"
    MORE_CELLS_THAN_TITLES = "more_cells_than_titles"
    UNBALANCED_QUOTES = "unbalanced_quotes"  # from this line on
    LINE_TOO_LONG = "line_too_long"
    EMPTY_CELL = "empty_cell"
    SCIENTIFIC_NOTATION = "scientific_notation"  # a spreadsheet has thrown digits away
    TOO_NARROW = "too_narrow"  # ##### stands for a number that did not fit into the column
    FORMULA_ERROR = "formula_error"
    LOST_CHARACTERS = "lost_characters"  # written in an encoding that has no such characters
    TAKEN_FOR_A_DATE = "taken_for_a_date"
    IS_A_WORKBOOK = "is_a_workbook"  # .xlsx or .xls, whatever its name


@dataclass(frozen=True)
class RowProblem:
    """One thing that is wrong. `line` is the line of the file on which the row begins, from 1.

    `reason` is a TableFault, or a sentence for people from whoever knows what the cell means.
    """

    line: int
    column: str
    masked_value: str
    reason: TableFault | str
    file: str = ""


@dataclass(frozen=True, slots=True)
class RepeatedRow:
    """A row whose key, such as a number, an earlier row of the file has, too. Lines as in `RowProblem`."""

    line: int
    key: str
    first_line: int


class BrokenFile(Exception):
    """A file cannot be taken. `problems` are the first 1,000 of `count`. Its text holds no value of it."""

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


def all_together(steps: Iterable[Callable[[], Done]]) -> list[Done]:
    """What each of the steps returns. Raises BrokenFile with the problems of all that raise it."""
    problems, done = Problems(), []
    for step in steps:
        try:
            done.append(step())
        except BrokenFile as broken:
            problems.add_all_of(broken)
    problems.raise_if_any()
    return done


def masked(value: str) -> str:
    """The first character, then a fixed number of stars: enough to find the cell, and nothing personal."""
    bare = value.strip()
    return f"{bare[0]}＊＊＊" if len(bare) > 1 else "＊＊＊" if bare else ""
