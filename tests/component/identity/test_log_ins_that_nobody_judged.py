"""Log-ins that we answered with 503: nobody looked at their password, so they cost the customer nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from support.identity_harness import HASHER, Harness, received

from chassis.messaging.refusal import Refusal
from messages.identity import RefusalCode
from services.identity.accounts.open_account import open_account


class Cut(BaseException):
    """The process dies, or the request is out of time."""


@pytest.mark.parametrize("end", [Cut, asyncio.CancelledError, ZeroDivisionError, TimeoutError, OSError])
async def test_a_log_in_that_nobody_judged_is_forgotten_within_seconds(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, end: type[BaseException]
) -> None:
    """Five of them, and the right password is let in as soon as we can answer."""
    await harness.given_account()

    async def cut_off(*_: object) -> bool:
        raise end

    with monkeypatch.context() as patched:
        patched.setattr(HASHER, "matches", cut_off)
        for _ in range(5):
            with pytest.raises(end):
                await harness.log_in()
    with pytest.raises(Refusal) as refused:  # for these seconds they count: they may be judged yet
        await harness.log_in()
    assert refused.value.code == RefusalCode.TOO_MANY_LOGINS
    assert (refused.value.retry_after_seconds or 0) <= 10
    await harness.run("UPDATE throttle_hits SET hit_at = hit_at - $1::interval", timedelta(seconds=10))
    assert await harness.log_in()


async def test_wrong_passwords_count_for_longer(harness: Harness) -> None:
    """L4, X10: the trial gives way to a hit of its own, and to one alone."""
    await harness.given_account()
    for _ in range(5):
        with pytest.raises(Refusal) as refused:
            await harness.log_in(password="Wrong-123")
        assert refused.value.code == RefusalCode.WRONG_CREDENTIALS
    assert len(await harness.run("SELECT * FROM throttle_hits WHERE bucket LIKE 'login.account:%'")) == 5
    with pytest.raises(Refusal) as refused:
        await harness.log_in()
    assert refused.value.code == RefusalCode.TOO_MANY_LOGINS
    assert (refused.value.retry_after_seconds or 0) > 50


async def test_a_password_that_is_judged_once_more_counts_once(harness: Harness) -> None:
    """The gateway asks again where the account was opened just after identity had looked for it."""
    await harness.given_account()
    for asked_before in (False, True, True):
        with pytest.raises(Refusal) as refused:
            await harness.log_in(password="Wrong-123", asked_before=asked_before)
        assert refused.value.code == RefusalCode.WRONG_CREDENTIALS
    assert len(await harness.run("SELECT * FROM throttle_hits WHERE bucket LIKE 'login.account:%'")) == 1
    assert len(await harness.run("SELECT * FROM throttle_hits WHERE bucket LIKE 'login.network:%'")) == 1


async def test_simultaneous_guesses_are_judged_five_times_at_most(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """X10: whoever comes while five are being judged waits."""
    await harness.given_account()
    judged, matches = 0, HASHER.matches

    async def slow(password: str, stored: str | None) -> bool:
        nonlocal judged
        judged += 1
        await asyncio.sleep(0.2)
        return await matches(password, stored)

    monkeypatch.setattr(HASHER, "matches", slow)
    guesses = (harness.log_in(password=f"Wrong-{number:03}") for number in range(20))
    answers = await asyncio.gather(*guesses, return_exceptions=True)
    assert all(isinstance(answer, Refusal) for answer in answers)
    assert judged == 5


async def test_log_ins_before_the_account_was_opened_do_not_count_against_it(harness: Harness) -> None:
    """Right after 本登録 even the right password is not known yet: however often it was typed, it is let in
    once it is.
    """
    event = await harness.activation("Taro-01", contract_key=await harness.given_contract())
    for _ in range(5):
        with pytest.raises(Refusal):
            await harness.log_in("ＴＡＲＯ-01")
    await open_account(harness.service, event, received())
    assert await harness.log_in()


async def test_an_activation_told_again_gives_nobody_more_tries(harness: Harness) -> None:
    """Only an account that is new begins with none."""
    event = await harness.activation("Taro-01", contract_key=await harness.given_contract())
    await open_account(harness.service, event, received())
    for _ in range(5):
        with pytest.raises(Refusal):
            await harness.log_in(password="Wrong-123")
    await open_account(harness.service, event, received())
    with pytest.raises(Refusal) as refused:
        await harness.log_in()
    assert refused.value.code == RefusalCode.TOO_MANY_LOGINS
