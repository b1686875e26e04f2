"""How long a reset link lives, what kills it, and what is said of a dead one (X20, S5-5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.messaging.refusal import Refusal
from messages.recovery import RefusalCode
from messages.values import AccountId, CustomerNumber, EmailAddress, Nickname
from services.identity.recovery.domain import (
    ANSWERED_AGAIN_FOR,
    LINK_LIFETIME,
    PasswordReset,
    Recoverable,
    customer_number_in,
    require_known,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
TARO = Recoverable(
    account_key=UUID(int=1),
    account_id=AccountId("Taro-01"),
    email_address=EmailAddress("taro@example.jp"),
    nickname=Nickname("たろう"),
    password_hash="hash",
    numbers=("102030", "0748660739"),
)
LIVE = PasswordReset(account=TARO, asked_at=NOON, newest_asked_at=NOON, sent_to="name of taro@example.jp")


def name_of(address: EmailAddress) -> str:
    """As the service names an address."""
    return f"name of {address}"


def refused(reset: PasswordReset, now: datetime) -> RefusalCode:
    """Why the link is dead."""
    with pytest.raises(Refusal) as refusal:
        reset.require_live(now, name_of)
    return RefusalCode(refusal.value.code)


@pytest.mark.parametrize("age", [timedelta(0), 29 * MINUTE, LINK_LIFETIME])
def test_a_link_lives_for_thirty_minutes(age: timedelta) -> None:
    """The last instant included, as everywhere (Q14)."""
    assert LIVE.require_live(NOON + age, name_of) is TARO


def test_a_second_later_it_is_expired() -> None:
    """X20."""
    assert refused(LIVE, NOON + LINK_LIFETIME + SECOND) == RefusalCode.RESET_EXPIRED


CHANGED: list[dict[str, Any]] = [
    {"account": None},
    {"account": replace(TARO, is_frozen=True)},
    {"account": replace(TARO, email_address=EmailAddress("jiro@example.jp"))},
]


@pytest.mark.parametrize("change", CHANGED, ids=["closed", "frozen", "another address"])
def test_a_link_dies_with_what_it_was_sent_for(change: dict[str, Any]) -> None:
    """Whoever reads the old address may be somebody else; of a frozen account only a mail tells."""
    assert refused(replace(LIVE, **change), NOON) == RefusalCode.RESET_EXPIRED


def test_of_two_links_the_newer_one_lives() -> None:
    """The older says that there is a newer mail, as long as that one is of use; then that it has expired."""
    older = replace(LIVE, newest_asked_at=NOON + 5 * MINUTE)
    assert refused(older, NOON + 34 * MINUTE) == RefusalCode.RESET_SUPERSEDED
    assert refused(older, NOON + 36 * MINUTE) == RefusalCode.RESET_EXPIRED


@pytest.mark.parametrize("newest", [NOON, NOON + 5 * MINUTE])
def test_a_used_link_says_so_and_so_do_those_beside_it(newest: datetime) -> None:
    """Whatever is true besides: with the new password the customer can log in."""
    used = replace(LIVE, newest_asked_at=newest, ended_at=NOON + 6 * MINUTE)
    assert refused(used, NOON + 7 * MINUTE) == RefusalCode.RESET_USED
    assert refused(used, NOON + 2 * LINK_LIFETIME) == RefusalCode.RESET_USED


def test_the_browser_that_used_it_is_answered_again_for_a_while() -> None:
    """Its first answer may be lost; nobody else's is it."""
    used = replace(LIVE, ended_at=NOON, used_by="browser")
    assert used.was_used_by("browser", NOON + ANSWERED_AGAIN_FOR - SECOND)
    assert not used.was_used_by("browser", NOON + ANSWERED_AGAIN_FOR)
    assert not used.was_used_by("another", NOON)
    assert not LIVE.was_used_by("browser", NOON)


def test_nobody_sent_an_unknown_link() -> None:
    """It has a page of its own."""
    with pytest.raises(Refusal) as refusal:
        require_known(None)
    assert refusal.value.code == RefusalCode.RESET_UNKNOWN
    assert require_known(LIVE) is LIVE


def test_everything_of_the_customer_is_a_bad_password() -> None:
    """S2-8: his telephone, too, which identity knows."""
    assert TARO.own_words == {"Taro-01", "たろう", "taro", "102030", "0748660739"}


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("102030", "102030"),
        ("0010-2030", "102030"),
        ("１０２０３０", "102030"),
        ("Taro-01", None),
        ("", None),
    ],
)
def test_a_customer_number_is_seen_where_an_id_may_stand(typed: str, number: str | None) -> None:
    """One field takes both."""
    assert customer_number_in(typed) == (CustomerNumber(number) if number else None)
