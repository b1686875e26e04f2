"""The judge of mails that are asked for again: what is in order passes, and each break is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from faults.facts import Facts
from faults.ledger import Ledger
from faults.mail_invariants import asked_for_once

pytestmark = pytest.mark.smoke


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Ledger]:
    """One customer who asked once."""
    ledger = Ledger(tmp_path / "ledger.jsonl", seed=1)
    ledger.told("500001", "asked_again")
    yield ledger
    ledger.close()


def with_successors(count: int) -> Facts:
    """So many registrations in a row."""
    successors = [*(uuid4() for _ in range(count)), None]
    return Facts(registrations=[{"customer_number": "500001", "successor_key": key} for key in successors])


def test_one_registration_for_one_question_is_in_order(told: Ledger) -> None:
    """Whatever number of presses it took."""
    assert asked_for_once(with_successors(1), told) == []


@pytest.mark.parametrize("count", [0, 2])
def test_none_and_two_are_not(told: Ledger, count: int) -> None:
    """What was said to be done was lost, or done twice."""
    assert asked_for_once(with_successors(count), told) == [
        f"I4: customer 500001 asked 1 times for another mail, and {count} were ordered"
    ]
