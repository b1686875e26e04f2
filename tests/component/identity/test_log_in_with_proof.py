"""[そのままログイン] with the proof of an activation."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from support.identity_harness import Harness, received

from chassis.messaging.refusal import Refusal
from messages.identity import RefusalCode, SessionShown
from services.identity.accounts.open_account import open_account


async def refused(attempt: object) -> Refusal:
    """The refusal that an attempt ends with."""
    with pytest.raises(Refusal) as caught:
        await attempt  # type: ignore[misc]
    return caught.value


async def test_the_browser_that_activated_logs_in_without_typing(harness: Harness) -> None:
    """T22."""
    assert (await harness.log_in_with_proof(await harness.given_account())).nickname == "たろう"


async def test_a_login_proof_is_good_for_one_session(harness: Harness) -> None:
    """Also among twenty attempts at once (X19)."""
    registration_key = await harness.given_account()
    outcomes = await asyncio.gather(
        *(harness.log_in_with_proof(registration_key) for _ in range(20)), return_exceptions=True
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
    harness: Harness,
) -> None:
    """The answer that comes first is the one that the customer reads (F12)."""
    registration_key = await harness.given_account()
    outcomes = await asyncio.gather(
        *(harness.log_in_with_proof(registration_key, session="session") for _ in range(5))
    )
    assert {outcome.nickname for outcome in outcomes} == {"たろう"}
    assert len(await harness.run("SELECT * FROM sessions")) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"shown": "another ticket"}, {"signer": "identity"}, {"minutes": 0}],
    ids=["another browser", "another signer", "too late"],
)
async def test_a_login_proof_is_worth_nothing_elsewhere_or_later(
    harness: Harness, wrong: dict[str, object]
) -> None:
    """Q17; ten minutes, and only registration may sign. The proof is not spent by that."""
    registration_key = await harness.given_account()
    assert (
        await refused(harness.log_in_with_proof(registration_key, **wrong))
    ).code == RefusalCode.LOGIN_PROOF_SPENT  # type: ignore[arg-type]
    assert await harness.log_in_with_proof(registration_key)


async def test_a_login_proof_waits_for_its_account(harness: Harness) -> None:
    """The event may be a moment behind the customer."""
    event = await harness.activation("Taro-01", contract_key=await harness.given_contract())
    login = asyncio.create_task(harness.log_in_with_proof(event.registration_key))
    await asyncio.sleep(0.3)
    assert not login.done()
    await open_account(harness.service, event, received())
    assert (await login).nickname == "たろう"


async def test_a_login_proof_is_not_spent_when_the_account_does_not_come(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The customer presses again (T22). What is counted is the time that it means to wait: how long that
    takes on a busy machine proves nothing.
    """
    event = await harness.activation("Taro-01", contract_key=await harness.given_contract())
    waited: list[float] = []
    sleep = asyncio.sleep

    async def counted(seconds: float) -> None:
        waited.append(seconds)
        await sleep(0)

    with monkeypatch.context() as patched:
        patched.setattr(asyncio, "sleep", counted)
        patched.setattr("services.identity.sessions.log_in_with_proof.monotonic", lambda: sum(waited))
        refusal = await refused(harness.log_in_with_proof(event.registration_key))
    assert refusal.code == RefusalCode.ACCOUNT_NOT_READY
    assert 2 < sum(waited) < 3
    await open_account(harness.service, event, received())
    assert await harness.log_in_with_proof(event.registration_key)


async def test_a_login_proof_does_not_open_a_frozen_account(harness: Harness) -> None:
    """Q23."""
    registration_key = await harness.given_account()
    await harness.pretend_ago("accounts", "frozen_at", timedelta(seconds=1))
    assert (await refused(harness.log_in_with_proof(registration_key))).code == RefusalCode.ACCOUNT_FROZEN


async def test_the_browser_that_activated_is_a_known_device(harness: Harness) -> None:
    """From its first log-in on (X11)."""
    mark = (await harness.log_in_with_proof(await harness.given_account(), device="device")).device_mark
    for _ in range(5):
        assert (await refused(harness.log_in(password="Wrong-123"))).code == RefusalCode.WRONG_CREDENTIALS
    assert await harness.log_in(device_token_hash="device", device_marks=(mark,))
