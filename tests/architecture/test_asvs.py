"""docs/asvs.md names each requirement of ASVS 5.0 that applies, with its tests or with a reason."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LAST = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2,
    "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3,
    "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3,
    "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "11.1": 2,
    "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1,
    "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip
"""By section, the last requirement of levels 1 and 2; those of level 3 come after them."""
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[^`:]+\.py)(?:::(\w+))?`")
ROWS = {row: held for row, _, held in ROW.findall((ROOT / "docs/asvs.md").read_text("utf-8"))}


def test_no_requirement_is_missing_and_none_is_invented() -> None:
    """Each once."""
    wanted = [f"{section}.{number}" for section, last in LAST.items() for number in range(1, last + 1)]
    assert list(ROWS) == wanted


@pytest.mark.parametrize("row", ROWS)
def test_a_requirement_has_tests_that_are_there_or_a_reason(row: str) -> None:
    """A deviation says why; so does what does not apply."""
    named = TEST.findall(ROWS[row])
    assert named or re.match(r"(deviation|none here): \w.{4,}", ROWS[row])
    for file, name in named:
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        functions = {
            each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        assert any(each.startswith("test_") for each in functions)
        assert not name or name in functions
