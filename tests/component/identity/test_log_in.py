"""[ログイン] with an ID and a password."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from support.identity_harness import HASHER, KEYS, PASSWORD, Harness

from chassis.messaging.refusal import Refusal
from chassis.security.signing import Verifier
from messages.identity import RefusalCode, SessionAssertion
from messages.values import BillingMonth


async def refused(attempt: object) -> Refusal:
    """The refusal that an attempt ends with."""
    with pytest.raises(Refusal) as caught:
        await attempt  # type: ignore[misc]
    return caught.value


@pytest.mark.parametrize("account_id", ["Taro-01", "TARO-01", "ｔａｒｏ－０１", " taro-01 "])
async def test_the_right_password_opens_a_session_in_any_case_of_the_id(
    harness: Harness, account_id: str
) -> None:
    """T11."""
    await harness.given_account()
    shown = await harness.log_in(account_id, session="session")
    assert (shown.nickname, shown.previous_login_at) == ("たろう", None)
    assert (await harness.show_session("session")).nickname == "たろう"


async def test_a_session_asserts_the_contract_for_one_minute(harness: Harness) -> None:
    """What billing believes; charges begin with the contract (Q23)."""
    await harness.given_account()
    text, now = (await harness.log_in()).session_assertion, datetime.now(UTC)
    assertion = Verifier(KEYS.signing_public).verify(text, SessionAssertion, said_by="identity", now=now)
    assert (assertion.customer_number, assertion.charges_from) == ("102030", BillingMonth(2019, 4))
    assert timedelta(seconds=50) < assertion.expires_at - now <= timedelta(seconds=60)


async def test_the_second_login_shows_when_the_first_one_was(harness: Harness) -> None:
    """So the customer sees if somebody else was here."""
    await harness.given_account()
    await harness.log_in()
    shown = await harness.log_in()
    assert shown.previous_login_at is not None
    assert datetime.now(UTC) - shown.previous_login_at < timedelta(seconds=30)


@pytest.mark.parametrize(
    ("account_id", "password"),
    [("Taro-01", "Abcdef13"), ("Taro-01", ""), ("nobody", PASSWORD), ("\x00", "x" * 5_000)],
    ids=range(4),
)
async def test_whatever_is_wrong_the_refusal_is_one(harness: Harness, account_id: str, password: str) -> None:
    """L2, X15."""
    await harness.given_account()
    assert (await refused(harness.log_in(account_id, password))).as_data().model_dump() == {
        "code": RefusalCode.WRONG_CREDENTIALS,
        "retry_after_seconds": None,
    }


async def test_after_five_failures_even_the_right_password_waits(harness: Harness) -> None:
    """X10, X13: other spellings of the ID and other networks share the limit; the wait begins with a
    minute.
    """
    await harness.given_account()
    for number, spelling in enumerate(["Taro-01", "taro-01", "ｔａｒｏ－０１", " Taro-01", "TARO-01"]):
        assert (
            await refused(harness.log_in(spelling, "wrong", network=f"n{number}"))
        ).code == RefusalCode.WRONG_CREDENTIALS
    blocked = await refused(harness.log_in(session="session", network="another"))
    assert blocked.code == RefusalCode.TOO_MANY_LOGINS
    assert 50 <= (blocked.retry_after_seconds or 0) <= 60
    assert (await refused(harness.show_session("session"))).code == RefusalCode.SESSION_ENDED


async def test_an_unknown_id_is_limited_like_a_known_one(harness: Harness) -> None:
    """The limit tells nobody which IDs exist (L2)."""
    for number in range(5):
        await refused(harness.log_in("nobody", "wrong", network=f"n{number}"))
    assert (await refused(harness.log_in("nobody", "wrong"))).code == RefusalCode.TOO_MANY_LOGINS


async def test_simultaneous_guesses_cannot_outrun_the_limit(harness: Harness) -> None:
    """Of twelve at once, five are looked at (X10)."""
    await harness.given_account()
    refusals = await asyncio.gather(
        *(refused(harness.log_in(password="wrong", network=f"n{each}")) for each in range(12))
    )
    assert [refusal.code for refusal in refusals].count(RefusalCode.WRONG_CREDENTIALS) == 5


async def test_the_right_password_clears_the_count(harness: Harness) -> None:
    """Four slips, then right, then four more slips."""
    await harness.given_account()
    for _ in range(2):
        for _ in range(4):
            await refused(harness.log_in(password="wrong"))
        assert await harness.log_in()


async def test_after_twenty_failures_a_network_waits(harness: Harness) -> None:
    """X12: one password, many IDs. Another network goes on."""
    await harness.given_account()
    for number in range(20):
        await refused(harness.log_in(f"nobody-{number}", "wrong"))
    assert (await refused(harness.log_in())).code == RefusalCode.TOO_MANY_LOGINS
    assert await harness.log_in(network="another network")


async def test_successful_logins_do_not_fill_the_limit_of_a_network(harness: Harness) -> None:
    """A company's staff share one address."""
    await harness.given_account()
    for _ in range(21):
        assert await harness.log_in()


async def test_a_frozen_account_says_so_only_to_the_right_password(harness: Harness) -> None:
    """Q23."""
    await harness.given_account()
    await harness.pretend_ago("accounts", "frozen_at", timedelta(days=1))
    assert (await refused(harness.log_in(password="wrong"))).code == RefusalCode.WRONG_CREDENTIALS
    assert (await refused(harness.log_in(session="session"))).code == RefusalCode.ACCOUNT_FROZEN
    assert (await refused(harness.show_session("session"))).code == RefusalCode.SESSION_ENDED


async def test_neither_password_nor_token_lies_in_the_database(harness: Harness) -> None:
    """X18: passwords are stored as Argon2id."""
    await harness.given_account()
    [row] = await harness.run("SELECT password_hash FROM accounts")
    assert row["password_hash"].startswith("$argon2id$")
    assert await HASHER.matches(PASSWORD, row["password_hash"])
