"""The stored hash changes while a log-in is judged: by another password, or by today's cost."""

from __future__ import annotations

import asyncio

import pytest
from support.identity_harness import PASSWORD, Harness
from support.recovery_steps import NEW_PASSWORD, Forgetful

from chassis.messaging.refusal import Refusal
from chassis.security.hashing import PasswordHasher
from messages.identity import RefusalCode


async def test_a_log_in_with_the_old_password_that_was_on_its_way_opens_nothing(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """X33: it was judged before the password was another one, and comes to its session after."""
    await harness.given_account()
    forgetful = Forgetful(harness)
    tokens = [await forgetful.given_link()]
    judge = harness.service.hasher.matches

    async def judge_slowly(password: str, stored: str | None) -> bool:
        right = await judge(password, stored)
        while tokens:
            await forgetful.reset(tokens.pop())
        return right

    monkeypatch.setattr(harness.service.hasher, "matches", judge_slowly)
    with pytest.raises(Refusal) as refused:
        await harness.log_in(password=PASSWORD)
    assert refused.value.code == RefusalCode.WRONG_CREDENTIALS
    assert not await harness.run("SELECT FROM sessions")
    await harness.log_in(password=NEW_PASSWORD)


async def test_a_double_click_after_the_cost_was_raised_is_not_called_wrong(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I13: each press makes a hash of its own in the place of the cheap one, and one of them comes second."""
    await harness.given_account()
    dear = harness.with_settings(hasher=PasswordHasher(memory_kib=16, passes=1))
    both_have_judged = asyncio.Barrier(2)
    judge = dear.service.hasher.matches
    presses = 2

    async def judge_together(password: str, stored: str | None) -> bool:
        nonlocal presses
        presses -= 1
        if presses >= 0:
            await both_have_judged.wait()
        return await judge(password, stored)

    monkeypatch.setattr(dear.service.hasher, "matches", judge_together)
    await asyncio.gather(dear.log_in(session="first"), dear.log_in(session="second"))
    assert len(await harness.run("SELECT FROM sessions")) == 2
