"""X1 to X47: each has a test in this folder that bears its number, or stands here with file and reason."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NUMBERS = range(1, 48)

ELSEWHERE: Mapping[int, tuple[str, ...]] = {
    18: (
        "tests/journeys/test_nothing_leaks.py",
    ),  # every table, queue file and log after a browser's journey
    # what stands in the table already, and was never typed into a form
    27: ("tests/component/notification/test_relay_refusals.py",),
    41: ("tests/faults/test_f01_death_at_crash_points.py", "tests/faults/test_f08_death_at_the_dot.py"),
    42: ("tests/component/test_service_roles.py",),  # databases as production makes them
    46: ("tests/component/test_retention.py",),  # every rule of docs/retention.md, with a backlog
}
"""What is tested in other folders as well: it takes a test build, a relay that breaks off, or a clock."""


def numbers_in(file: Path) -> set[int]:
    """Those that its name, its own docstring, or the names and docstrings of its tests bear."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    tests = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]
    if not tests:
        return set()
    said = [ast.get_docstring(node) or "" for node in (tree, *tests)]
    found = {int(number) for text in said for number in re.findall(r"\bX(\d+)\b", text)}
    found |= {
        number
        for text in said
        for first, last in re.findall(r"\bX(\d+) to X(\d+)\b", text)
        for number in range(int(first), int(last) + 1)
    }
    names = [file.stem, *(test.name for test in tests)]
    return found | {int(number) for name in names for number in re.findall(r"_x(\d+)", name)}


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: f"X{number}")
def test_an_abuse_has_a_test_that_bears_its_number(number: int) -> None:
    """Here, whatever stands elsewhere."""
    this = Path(__file__)
    bearing = [file.name for file in HERE.glob("test_*.py") if file != this and number in numbers_in(file)]
    assert bearing or number in ELSEWHERE


@pytest.mark.parametrize("number", ELSEWHERE, ids=lambda number: f"X{number}")
def test_what_is_tested_elsewhere_is_tested_there(number: int) -> None:
    """The file is there, and bears the number."""
    for file in ELSEWHERE[number]:
        assert number in numbers_in(ROOT / file), file


def test_no_test_bears_a_number_that_is_no_abuse() -> None:
    """A slip of the finger would look like a test of nothing."""
    for file in HERE.glob("test_*.py"):
        assert numbers_in(file) <= set(NUMBERS), file.name
