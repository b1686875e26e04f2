"""The ticket of 本登録 is good for one log-in: whichever comes first (T22)."""

from __future__ import annotations

import pytest
from support.identity_harness import Harness, received

from chassis.messaging.refusal import Refusal
from messages.identity import LogOut, RefusalCode
from services.identity.sessions.log_out import log_out


async def test_a_log_in_with_the_password_spends_the_ticket(harness: Harness) -> None:
    """The next person at that computer cannot come in with it."""
    registration_key = await harness.given_account()
    await harness.log_in()
    with pytest.raises(Refusal) as refused:
        await harness.log_in_with_proof(registration_key)
    assert refused.value.code == RefusalCode.LOGIN_PROOF_SPENT


async def test_a_wrong_password_spends_nothing(harness: Harness) -> None:
    """Nor does the log-in of another account."""
    registration_key = await harness.given_account()
    await harness.given_account("Jiro-02", number="405060")
    with pytest.raises(Refusal):
        await harness.log_in(password="Wrong-123")
    await harness.log_in("Jiro-02")
    assert await harness.log_in_with_proof(registration_key)


async def test_after_log_out_the_press_that_opened_the_session_opens_it_no_more(harness: Harness) -> None:
    """Delivered late, or pressed again by the next person at that computer."""
    registration_key = await harness.given_account()
    await harness.log_in_with_proof(registration_key, session="session")
    await log_out(harness.service, LogOut(session_token_hash="session"), received())
    with pytest.raises(Refusal) as refused:
        await harness.log_in_with_proof(registration_key, session="session")
    assert refused.value.code == RefusalCode.LOGIN_PROOF_SPENT
