"""[ログイン] with an ID and a password, and [そのままログイン] with the proof of an activation."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from support.identity_harness import HASHER, KEYS, PASSWORD, House, received

from chassis.messaging.refusal import Refusal
from chassis.security.signing import Verifier
from messages.identity import RefusalCode, SessionAssertion, SessionShown
from messages.values import BillingMonth
from services.identity.contracts.verify_contract import on_account_activated


async def refused(attempt: object) -> Refusal:
    """The refusal that an attempt ends with."""
    with pytest.raises(Refusal) as caught:
        await attempt  # type: ignore[misc]
    return caught.value


@pytest.mark.parametrize("account_id", ["Taro-01", "TARO-01", "ｔａｒｏ－０１", " taro-01 "])
async def test_the_right_password_opens_a_session_in_any_case_of_the_id(
    house: House, account_id: str
) -> None:
    """T11."""
    await house.given_account()
    shown = await house.log_in(account_id, session="session")
    assert (shown.nickname, shown.previous_login_at) == ("たろう", None)
    assert (await house.show_session("session")).nickname == "たろう"


async def test_a_session_asserts_the_contract_for_one_minute(house: House) -> None:
    """What billing believes; charges begin with the contract (Q23)."""
    await house.given_account()
    text, now = (await house.log_in()).session_assertion, datetime.now(UTC)
    assertion = Verifier(KEYS.signing_public).verify(text, SessionAssertion, said_by="identity", now=now)
    assert (assertion.customer_number, assertion.charges_from) == ("102030", BillingMonth(2019, 4))
    assert timedelta(seconds=50) < assertion.expires_at - now <= timedelta(seconds=60)


async def test_the_second_login_shows_when_the_first_one_was(house: House) -> None:
    """So the customer sees if somebody else was here."""
    await house.given_account()
    await house.log_in()
    shown = await house.log_in()
    assert shown.previous_login_at is not None
    assert datetime.now(UTC) - shown.previous_login_at < timedelta(seconds=30)


@pytest.mark.parametrize(
    ("account_id", "password"),
    [("Taro-01", "Abcdef13"), ("Taro-01", ""), ("nobody", PASSWORD), ("\x00", "x" * 5_000)],
    ids=range(4),
)
async def test_whatever_is_wrong_the_refusal_is_one(house: House, account_id: str, password: str) -> None:
    """L2, X15."""
    await house.given_account()
    assert (await refused(house.log_in(account_id, password))).as_data().model_dump() == {
        "code": RefusalCode.WRONG_CREDENTIALS,
        "retry_after_seconds": None,
    }


async def test_after_five_failures_even_the_right_password_waits(house: House) -> None:
    """X10, X13: other spellings of the ID and other networks share the limit; the wait is at most fifteen
    minutes.
    """
    await house.given_account()
    for number, spelling in enumerate(["Taro-01", "taro-01", "ｔａｒｏ－０１", " Taro-01", "TARO-01"]):
        assert (
            await refused(house.log_in(spelling, "wrong", network=f"n{number}"))
        ).code == RefusalCode.WRONG_CREDENTIALS
    blocked = await refused(house.log_in(session="session", network="another"))
    assert blocked.code == RefusalCode.TOO_MANY_LOGINS
    assert 890 <= (blocked.retry_after_seconds or 0) <= 900
    assert (await refused(house.show_session("session"))).code == RefusalCode.SESSION_ENDED


async def test_an_unknown_id_is_limited_like_a_known_one(house: House) -> None:
    """The limit tells nobody which IDs exist (L2)."""
    for number in range(5):
        await refused(house.log_in("nobody", "wrong", network=f"n{number}"))
    assert (await refused(house.log_in("nobody", "wrong"))).code == RefusalCode.TOO_MANY_LOGINS


async def test_simultaneous_guesses_cannot_outrun_the_limit(house: House) -> None:
    """Of twelve at once, five are looked at (X10)."""
    await house.given_account()
    refusals = await asyncio.gather(
        *(refused(house.log_in(password="wrong", network=f"n{each}")) for each in range(12))
    )
    assert [refusal.code for refusal in refusals].count(RefusalCode.WRONG_CREDENTIALS) == 5


async def test_the_right_password_clears_the_count(house: House) -> None:
    """Four slips, then right, then four more slips."""
    await house.given_account()
    for _ in range(2):
        for _ in range(4):
            await refused(house.log_in(password="wrong"))
        assert await house.log_in()


async def test_after_twenty_failures_a_network_waits(house: House) -> None:
    """X12: one password, many IDs. Another network goes on."""
    await house.given_account()
    for number in range(20):
        await refused(house.log_in(f"nobody-{number}", "wrong"))
    assert (await refused(house.log_in())).code == RefusalCode.TOO_MANY_LOGINS
    assert await house.log_in(network="another network")


async def test_successful_logins_do_not_fill_the_limit_of_a_network(house: House) -> None:
    """A company's staff share one address."""
    await house.given_account()
    for _ in range(21):
        assert await house.log_in()


async def test_a_frozen_account_says_so_only_to_the_right_password(house: House) -> None:
    """Q23."""
    await house.given_account()
    await house.pretend_ago("accounts", "frozen_at", timedelta(days=1))
    assert (await refused(house.log_in(password="wrong"))).code == RefusalCode.WRONG_CREDENTIALS
    assert (await refused(house.log_in(session="session"))).code == RefusalCode.ACCOUNT_FROZEN
    assert (await refused(house.show_session("session"))).code == RefusalCode.SESSION_ENDED


async def test_neither_password_nor_token_lies_in_the_database(house: House) -> None:
    """X18: passwords are stored as Argon2id."""
    await house.given_account()
    [row] = await house.run("SELECT password_hash FROM accounts")
    assert row["password_hash"].startswith("$argon2id$")
    assert await HASHER.matches(PASSWORD, row["password_hash"])


async def test_the_browser_that_activated_logs_in_without_typing(house: House) -> None:
    """T22."""
    assert (await house.log_in_with_proof(await house.given_account())).nickname == "たろう"


async def test_a_login_proof_is_good_for_one_session(house: House) -> None:
    """Also among twenty attempts at once (X19)."""
    registration_key = await house.given_account()
    outcomes = await asyncio.gather(
        *(house.log_in_with_proof(registration_key) for _ in range(20)), return_exceptions=True
    )
    assert sum(isinstance(outcome, SessionShown) for outcome in outcomes) == 1
    assert (
        sum(
            isinstance(outcome, Refusal) and outcome.code == RefusalCode.LOGIN_PROOF_SPENT
            for outcome in outcomes
        )
        == 19
    )


async def test_one_press_that_is_delivered_several_times_opens_one_session_and_always_shows_it(
    house: House,
) -> None:
    """The answer that comes first is the one that the customer reads (F12)."""
    registration_key = await house.given_account()
    outcomes = await asyncio.gather(
        *(house.log_in_with_proof(registration_key, session="session") for _ in range(5))
    )
    assert {outcome.nickname for outcome in outcomes} == {"たろう"}
    assert len(await house.run("SELECT * FROM sessions")) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"shown": "another ticket"}, {"signer": "identity"}, {"minutes": 0}],
    ids=["another browser", "another signer", "too late"],
)
async def test_a_login_proof_is_worth_nothing_elsewhere_or_later(
    house: House, wrong: dict[str, object]
) -> None:
    """Q17; ten minutes, and only registration may sign. The proof is not spent by that."""
    registration_key = await house.given_account()
    assert (
        await refused(house.log_in_with_proof(registration_key, **wrong))
    ).code == RefusalCode.LOGIN_PROOF_SPENT  # type: ignore[arg-type]
    assert await house.log_in_with_proof(registration_key)


async def test_a_login_proof_waits_for_its_account(house: House) -> None:
    """The event may be a moment behind the customer."""
    event = await house.activation("Taro-01", contract_key=await house.given_contract())
    login = asyncio.create_task(house.log_in_with_proof(event.registration_key))
    await asyncio.sleep(0.3)
    assert not login.done()
    await on_account_activated(house.service, event, received())
    assert (await login).nickname == "たろう"


async def test_a_login_proof_is_not_spent_when_the_account_does_not_come(house: House) -> None:
    """The customer presses again (T22)."""
    event = await house.activation("Taro-01", contract_key=await house.given_contract())
    began = asyncio.get_running_loop().time()
    assert (
        await refused(house.log_in_with_proof(event.registration_key))
    ).code == RefusalCode.ACCOUNT_NOT_READY
    assert asyncio.get_running_loop().time() - began < 3
    await on_account_activated(house.service, event, received())
    assert await house.log_in_with_proof(event.registration_key)


async def test_a_login_proof_does_not_open_a_frozen_account(house: House) -> None:
    """Q23."""
    registration_key = await house.given_account()
    await house.pretend_ago("accounts", "frozen_at", timedelta(seconds=1))
    assert (await refused(house.log_in_with_proof(registration_key))).code == RefusalCode.ACCOUNT_FROZEN
