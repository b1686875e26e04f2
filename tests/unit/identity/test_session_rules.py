"""The rules of sessions, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from chassis.security.signing import Signer, Verifier
from messages.identity import SessionAssertion
from messages.values import AccountId, BillingMonth, CustomerNumber, Nickname
from mypage.local.key_ring import KeyRing
from services.identity.sessions.domain import Session, folded_account_id
from services.identity.sessions.session_shown import session_shown

KEYS = KeyRing.generate()
CONTRACT_KEY = UUID(int=1)
ACCOUNT_KEY = UUID(int=2)
SERVICE: Any = SimpleNamespace(
    signer=Signer(KEYS.signing_private["identity"]), month_of_change_is_new_holders=False
)
"""As much of identity as the reply needs."""
NOON = datetime(2026, 10, 5, 3, 0, tzinfo=UTC)  # noon in Japan


def a_session(
    *,
    created_at: datetime = NOON,
    last_seen_at: datetime = NOON,
    began_on: date = date(2019, 4, 15),
    held_since: date | None = None,
    held_until: date | None = None,
) -> Session:
    """A session of a contract that began in April 2019."""
    return Session(
        account_key=ACCOUNT_KEY,
        contract_key=CONTRACT_KEY,
        customer_number=CustomerNumber("102030"),
        began_on=began_on,
        held_since=held_since,
        held_until=held_until,
        nickname=Nickname("たろう"),
        created_at=created_at,
        last_seen_at=last_seen_at,
        previous_login_at=None,
    )


@pytest.mark.parametrize(
    "typed", ["Taro-01", "taro-01", "ＴＡＲＯ－０１", "  TARO-01 ", "taro\u200b-01", "Taro-01\x00"]
)
def test_every_way_of_typing_an_account_id_is_one(typed: str) -> None:
    """So it is found, and its failures fall into one bucket (X13)."""
    assert folded_account_id(typed) == AccountId("Taro-01").folded


def test_only_ascii_letters_are_lowered() -> None:
    """Turkish and other letters must not collide with ASCII ones (Q6, X8)."""
    assert folded_account_id("İÀ") == "İÀ"


def test_a_session_ends_thirty_minutes_after_it_was_last_seen() -> None:
    """G18."""
    assert a_session(last_seen_at=NOON + timedelta(hours=1)).ends_at == NOON + timedelta(hours=1, minutes=30)


def test_a_session_ends_twelve_hours_after_its_start_however_busy() -> None:
    """G18."""
    assert a_session(last_seen_at=NOON + timedelta(hours=11, minutes=50)).ends_at == NOON + timedelta(
        hours=12
    )


@pytest.mark.parametrize(
    ("last_seen_at", "seconds"),
    [(NOON, 30 * 60), (NOON + timedelta(hours=11, minutes=50), 10 * 60), (NOON + timedelta(hours=12), 0)],
)
def test_how_long_a_session_still_lives_needs_no_clock_to_be_told(
    last_seen_at: datetime, seconds: int
) -> None:
    """G18: idle, and 12 hours after its start."""
    shown = session_shown(SERVICE, a_session(last_seen_at=last_seen_at))
    assert shown.ends_in_seconds == seconds


def test_an_assertion_lives_one_minute_and_names_the_contract() -> None:
    """What billing believes."""
    shown = session_shown(SERVICE, a_session())
    assertion = Verifier(KEYS.signing_public).verify(
        shown.session_assertion, SessionAssertion, said_by="identity", now=NOON
    )
    assert assertion.expires_at == NOON + timedelta(seconds=60)
    assert (assertion.account_key, assertion.contract_key, assertion.customer_number) == (
        ACCOUNT_KEY,
        CONTRACT_KEY,
        "102030",
    )


@pytest.mark.parametrize(
    ("began_on", "charges_from"),
    [(date(2019, 4, 15), BillingMonth(2019, 4)), (date(1994, 4, 1), BillingMonth(2000, 1))],
)
def test_charges_are_shown_from_the_month_in_which_the_contract_began(
    began_on: date, charges_from: BillingMonth
) -> None:
    """Earlier ones are a former holder's (Q23); no billing month lies before 2000, though contracts do."""
    session = a_session(began_on=began_on)
    assert session.charges_from(month_of_change_is_new_holders=False) == charges_from
    assert session.charges_until(month_of_change_is_new_holders=False) is None


@pytest.mark.parametrize(
    ("began_on", "held_since", "new_holders", "charges_from"),
    [
        (date(2026, 3, 15), date(2026, 3, 15), False, BillingMonth(2026, 4)),
        (date(2026, 3, 15), date(2026, 3, 15), True, BillingMonth(2026, 3)),
        (date(2026, 12, 1), date(2026, 12, 1), False, BillingMonth(2027, 1)),
        (date(2019, 4, 1), date(2026, 3, 31), False, BillingMonth(2026, 4)),
        (date(1994, 4, 1), date(1999, 4, 1), False, BillingMonth(2000, 2)),
    ],
)
def test_a_new_holder_reads_from_the_month_after_the_change(
    began_on: date, held_since: date, new_holders: bool, charges_from: BillingMonth
) -> None:
    """Or from the month of the change, as the operator says; never one before (Q23)."""
    session = a_session(began_on=began_on, held_since=held_since)
    assert session.charges_from(month_of_change_is_new_holders=new_holders) == charges_from


@pytest.mark.parametrize(
    ("new_holders", "charges_until"), [(False, BillingMonth(2026, 3)), (True, BillingMonth(2026, 2))]
)
def test_a_former_holder_reads_no_month_of_the_new_one(
    new_holders: bool, charges_until: BillingMonth
) -> None:
    """Each month is one holder's."""
    former, new = a_session(held_until=date(2026, 3, 15)), a_session(held_since=date(2026, 3, 15))
    assert former.charges_until(month_of_change_is_new_holders=new_holders) == charges_until
    assert new.charges_from(month_of_change_is_new_holders=new_holders) == charges_until.plus(1)
