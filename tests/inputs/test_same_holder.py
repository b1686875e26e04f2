"""A holder's name as the billing system exports it, and as the holder types it."""

from __future__ import annotations

from itertools import count

import pytest

from inputs.table import rows
from messages.values import HolderKana


@pytest.mark.parametrize(("exported", "typed", "answer"), rows("same_holder.csv"), ids=count())
def test_two_spellings_are_one_holder_or_two(exported: str, typed: str, answer: str) -> None:
    """Compared by their keys, which ADR 0034 documents."""
    assert (HolderKana.parse(exported).key == HolderKana.parse(typed).key) is (answer == "same")
