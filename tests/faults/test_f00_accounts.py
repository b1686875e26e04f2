"""The judge of changed and ended accounts: I18 to I21, broken in made-up facts, are named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from faults.account_invariants import EFFECTS, PERSONAL, accounts_kept
from faults.facts import Facts, Row
from faults.ledger import Ledger

pytestmark = pytest.mark.smoke

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ACCOUNT, CONTRACT, KEY, CHANGE = uuid4(), uuid4(), uuid4(), uuid4()
WHO = "500001"


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Ledger]:
    """Somebody who moved his address and took it back."""
    ledger = Ledger(tmp_path / "ledger.jsonl", seed=1)
    ledger.told(WHO, "address_asked")
    ledger.told(WHO, "address_changed", address="new@example.jp")
    ledger.told(WHO, "address_undone", address="old@example.jp")
    ledger.told(WHO, "logged_in", how="again")
    yield ledger
    ledger.close()


def noted(kind: str, after: int = 0) -> Row:
    """An entry of the audit."""
    return {"kind": kind, "account_key": ACCOUNT, "happened_at": NOW + timedelta(seconds=after)}


def notice(change: str) -> Row:
    """A mail about the account."""
    facts = json.dumps({"bound_to": str(ACCOUNT), "change": change})
    return {"kind": "security_notice", "about_key": uuid4(), "facts": facts}


def in_order() -> Facts:
    """What is on record of him."""
    account = dict.fromkeys(PERSONAL, "x") | {"email_address": "old@example.jp"}
    keys = {"account_key": ACCOUNT, "contract_key": CONTRACT, "registration_key": KEY}
    return Facts(
        accounts=[{**keys, **account, "closed_at": None, "frozen_at": None}],
        contracts=[{"contract_key": CONTRACT, "customer_number": WHO}],
        claims=[{"registration_key": KEY}],
        address_changes=[{"change_key": CHANGE, "account_key": ACCOUNT, "changed_at": NOW}],
        audit=[
            noted("mail_address_changed"),
            noted("mail_address_change_asked"),
            noted("mail_address_change_undone", after=1),
        ],
        sessions=[{"account_key": ACCOUNT, "created_at": NOW + timedelta(seconds=2)}],
        order_rows=[
            {"kind": "address_change", "about_key": CHANGE},
            {"kind": "address_changed", "about_key": CHANGE},
            notice("mail_address_changed"),
        ],
    )


def closed() -> dict[str, Any]:
    """What is left of an account."""
    return {**dict.fromkeys(PERSONAL), "closed_at": NOW}


def test_facts_in_order_are_no_violation(told: Ledger) -> None:
    """He has his address, was told of it once, and came in."""
    assert accounts_kept(in_order(), told) == []


@pytest.mark.parametrize(
    ("breaks", "sentence"),
    [
        (lambda f: f.order_rows.pop(0), "was asked for and has 0 mails"),
        (lambda f: f.order_rows.pop(1), "was made and has 0 mails"),
        (lambda f: f.order_rows.append(dict(f.order_rows[1])), "was made and has 2 mails"),
        (lambda f: f.address_changes[0].update(changed_at=None), "which was not made"),
        (lambda f: f.accounts[0].update(email_address="new@example.jp"), "another address than he was told"),
        (lambda f: f.accounts[0].update(email_address=None), "has no email_address"),
        (lambda f: f.accounts[0].update(password_hash=None), "has no password_hash"),
        (lambda f: f.audit.append(noted("mail_address_change_undone")), "stands 2 times in the audit"),
        (lambda f: f.audit.pop(), "stands 0 times in the audit"),
        (lambda f: f.audit.pop(0), "the audit tells of 0"),
        (lambda f: f.order_rows.pop(), "in 0 mails"),
        (lambda f: f.order_rows.append(notice("account_left")), "account_left of customer 500001 stands 0"),
        (lambda f: f.sessions[0].update(created_at=NOW), "began before its sessions were ended"),
        (lambda f: f.accounts[0].update(frozen_at=NOW), "I20: a session of account"),
        (lambda f: f.accounts[0].update(closed_at=NOW), "is closed and still has its password_hash"),
        (lambda f: f.accounts[0].update(closed()), "was closed 0 times"),
        (lambda f: f.accounts[0].update(closed()), "nobody else can have its ID"),
    ],
    ids=range(17),
)
def test_whatever_is_wrong_on_record_is_named(
    told: Ledger, breaks: Callable[[Facts], Any], sentence: str
) -> None:
    """With whose it is."""
    facts = in_order()
    breaks(facts)
    assert any(sentence in each for each in accounts_kept(facts, told)), accounts_kept(facts, told)


@pytest.mark.parametrize(
    ("what", "facts", "sentence"),
    [
        ("old_session_lives", {}, "I20: customer 500001 still saw his menu"),
        ("entered_wrongly", {"how": "with a code"}, "I21: somebody else entered the account"),
        ("address_asked", {}, "I19: customer 500001 asked for another address in 2 forms"),
        ("restored", {}, "I21: customer 500001 was told restored and cannot enter"),
        ("left", {}, "I21: customer 500001 was told left and cannot enter"),
        ("address_changed", {"address": "new@example.jp"}, "he was told of 2"),
    ],
)
def test_whatever_a_customer_was_told_wrongly_is_named(
    told: Ledger, what: str, facts: dict[str, str], sentence: str
) -> None:
    """Of what he saw, or did not see."""
    told.told(WHO, what, **facts)
    assert any(sentence in each for each in accounts_kept(in_order(), told))


@pytest.mark.parametrize("kind", EFFECTS)
def test_each_effect_is_asked_for(told: Ledger, kind: str) -> None:
    """In the audit alone it is not enough."""
    facts = in_order()
    facts.audit.append(noted(kind))
    assert any(each.startswith(f"I19: {kind} of") for each in accounts_kept(facts, told))
