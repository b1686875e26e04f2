"""Which lines of a statement differ from those that were shown (C15)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.publication.domain import AlteredLine, LineFault, altered_lines

ALTERED, ADDED, GONE = LineFault


def checks(lines: str) -> bytes:
    """A letter is a line."""
    return "".join(letter * 4 for letter in lines).encode()


@pytest.mark.parametrize(
    ("issued", "present", "found"),
    [
        ("", "", []),
        ("abc", "abc", []),
        ("abc", "axc", [(2, ALTERED)]),
        ("abc", "ab", [(3, GONE)]),
        ("abc", "bc", [(1, GONE)]),
        ("abc", "abxc", [(3, ADDED)]),
        ("abc", "xyc", [(1, ALTERED), (2, ALTERED)]),
        ("abc", "x", [(1, ALTERED), (2, GONE), (3, GONE)]),
        ("a", "xyz", [(1, ALTERED), (2, ADDED), (3, ADDED)]),
        ("", "a", [(1, ADDED)]),
        ("a", "", [(1, GONE)]),
    ],
)
def test_a_line_that_differs_is_named(issued: str, present: str, found: list[tuple[int, LineFault]]) -> None:
    """By its place among those that are there, or that were."""
    assert [(each.place, each.fault) for each in altered_lines(checks(issued), checks(present))] == found


@given(st.text("abc", max_size=12), st.text("abc", max_size=12))
def test_lines_are_named_exactly_when_they_differ(issued: str, present: str) -> None:
    """And what is added less what is gone is how many more there are."""
    found = altered_lines(checks(issued), checks(present))
    assert (found == ()) is (issued == present)
    faults = [each.fault for each in found]
    assert faults.count(ADDED) - faults.count(GONE) == len(present) - len(issued)
    assert all(each == AlteredLine(each.place, each.fault) and each.place > 0 for each in found)
