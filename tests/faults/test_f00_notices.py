"""The judge of bill notices: I17, broken in made-up facts, is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from faults.checker import left_to_do
from faults.facts import Facts, Row
from faults.ledger import Ledger
from faults.notice_invariants import notices_right

pytestmark = pytest.mark.smoke

ACCOUNT, CONTRACT = uuid4(), uuid4()


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Ledger]:
    """Somebody who hears of one month, and stopped before the next one."""
    ledger = Ledger(tmp_path / "ledger.jsonl", seed=1)
    ledger.told("500001", "chose_notices")
    ledger.done("operator", "publishes", month="2026-11")
    ledger.told("500001", "stopped_notices")
    ledger.done("operator", "publishes", month="2026-12")
    yield ledger
    ledger.close()


def an_order(month: str, **changed: Any) -> Row:
    """A mail about that month, as notification has it."""
    facts = json.dumps({"bound_to": str(ACCOUNT), "billing_month": month})
    return {"kind": "bill_published", "facts": facts, "state": "sent", **changed}


def facts_of(*orders: Row) -> Facts:
    """Of the one customer."""
    return Facts(
        accounts=[{"account_key": ACCOUNT, "contract_key": CONTRACT}],
        contracts=[{"contract_key": CONTRACT, "customer_number": "500001"}],
        order_rows=list(orders),
    )


def test_one_mail_of_the_month_that_he_wanted_is_right(told: Ledger) -> None:
    """And of no other."""
    assert notices_right(facts_of(an_order("2026-11")), told) == []


def test_a_month_published_once_more_asks_for_no_second_mail(told: Ledger) -> None:
    """It was taken back meanwhile."""
    told.done("operator", "publishes", month="2026-11")
    assert notices_right(facts_of(an_order("2026-11")), told) == []


@pytest.mark.parametrize(
    ("orders", "sentence"),
    [
        ((), "I17: customer 500001 has 0 mails on order about 2026-11, not 1"),
        ((an_order("2026-11"),) * 2, "I17: customer 500001 has 2 mails on order about 2026-11, not 1"),
        (
            (an_order("2026-11"), an_order("2026-12")),
            "I17: customer 500001 has 1 mails on order about 2026-12, not 0",
        ),
        (
            (an_order("2026-11", state="abandoned"),),
            "I17: the mail of customer 500001 about a month was abandoned",
        ),
    ],
    ids=["none", "two", "after he stopped", "never sent"],
)
def test_any_other_number_of_mails_is_named(told: Ledger, orders: tuple[Row, ...], sentence: str) -> None:
    """With whose it is, and the month."""
    assert notices_right(facts_of(*orders), told) == [sentence]


def test_a_month_of_which_somebody_is_still_to_be_told_is_no_rest() -> None:
    """Billing tells a hundred a second."""
    assert left_to_do(Facts(unannounced=[{"billing_month": "2026-11-01"}])) == ["1 months to tell of"]
