"""A report names everything that is wrong, and nothing personal (data rule C8)."""

from __future__ import annotations

import pytest
from support.csv_tables import Read

from chassis.csv_import import REPORTED, BrokenFile, masked


def test_a_thousand_problems_are_listed_and_all_are_counted(read: Read) -> None:
    """A report that somebody can still open (C8)."""
    with pytest.raises(BrokenFile) as broken:
        read("品番,個数\r\n" + "a,x\r\n" * (REPORTED + 500))
    assert len(broken.value.problems) == 1_000
    assert broken.value.count == 1_500


def test_the_error_itself_holds_no_value_of_the_file(read: Read) -> None:
    """It may end in a log."""
    with pytest.raises(BrokenFile) as broken:
        read("品番,個数\r\na,090-0000-1234\r\n")
    assert "090" not in str(broken.value) + repr(broken.value.problems)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0748660739", "0＊＊＊"),
        (" ﾔﾏﾓﾄ", "ﾔ＊＊＊"),
        ("ab", "a＊＊＊"),
        ("a", "＊＊＊"),
        ("", ""),
        (" ", ""),
    ],
)
def test_a_masked_value_shows_one_character_and_no_length(value: str, shown: str) -> None:
    """And none of a value that has only one."""
    assert masked(value) == shown
