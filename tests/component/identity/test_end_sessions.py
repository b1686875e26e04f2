"""The desk ends all log-ins of a customer."""

from __future__ import annotations

import pytest
from support.identity_harness import NUMBER, Harness

from chassis.messaging.refusal import Refusal
from messages.account_notices import AccountChange, DeskChangedAccount
from messages.identity import SessionEnded
from messages.values import CustomerNumber
from services.identity.accounts.end_sessions import end_sessions


async def end(harness: Harness, number: str = NUMBER) -> int:
    """As `mypage accounts end-sessions` does."""
    return await end_sessions(harness.database, CustomerNumber(number), done_by="hanako", reason="端末の紛失")


async def test_every_session_ends_and_every_gateway_hears_of_it(harness: Harness) -> None:
    """It is noted who did it and why."""
    await harness.given_account()
    for session in ("phone", "laptop"):
        await harness.log_in(session=session)
    assert await end(harness) == 2
    assert {event.session_token_hash for event in await harness.said(SessionEnded)} == {"phone", "laptop"}
    with pytest.raises(Refusal):
        await harness.show_session("phone")
    [row] = await harness.run("SELECT done_by, kind, reason FROM audit_entries WHERE reason <> ''")
    assert tuple(row) == ("hanako", "sessions_ended", "端末の紛失")
    [told] = await harness.said(DeskChangedAccount)
    assert told.change is AccountChange.SESSIONS_ENDED


async def test_others_stay_logged_in(harness: Harness) -> None:
    """And a number without an account ends nothing."""
    await harness.given_account()
    await harness.given_account("Jiro-02", number="405060")
    await harness.log_in(session="taro")
    assert await end(harness, "405060") == 0
    assert await end(harness, "999") == 0
    assert await harness.show_session("taro")
    assert await harness.said(DeskChangedAccount) == []
