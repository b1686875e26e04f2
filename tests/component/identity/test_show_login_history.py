"""ログイン履歴: what a customer reads of his own account, out of the audit trail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.identity_harness import NUMBER, Harness, received

from chassis.messaging.refusal import Refusal
from messages.identity import RefusalCode
from messages.login_history import HistoryKind, HistoryLine, ShowLoginHistory
from messages.values import CustomerNumber
from services.identity.accounts.end_sessions import end_sessions
from services.identity.mail_address.clear_mail_bounce import clear_mail_bounce
from services.identity.sessions.show_login_history import show_login_history


async def history(harness: Harness, session: str = "session") -> tuple[HistoryLine, ...]:
    """As the page asks for it."""
    query = ShowLoginHistory(session_token_hash=session)
    return (await show_login_history(harness.service, query, received())).lines


async def test_the_newest_stands_first_with_device_and_time(harness: Harness) -> None:
    """What the desk did stands there; that it looked, or cleared a mark, does not."""
    await harness.given_account()
    with pytest.raises(Refusal):
        await harness.log_in(password="wrong", device="windows/chrome")
    await harness.log_in()
    await harness.run("UPDATE accounts SET mail_bounced_at = now()")
    for act in (end_sessions, clear_mail_bounce):
        assert await act(harness.database, CustomerNumber(NUMBER), done_by="hanako", reason="確認")
    await harness.log_in(session="session", device="iphone/safari")
    lines = await history(harness)
    assert [(line.kind, line.device) for line in lines] == [
        (HistoryKind.LOGGED_IN, "iphone/safari"),
        (HistoryKind.SESSIONS_ENDED, None),
        (HistoryKind.LOGGED_IN, None),
        (HistoryKind.LOG_IN_FAILED, "windows/chrome"),
        (HistoryKind.ACCOUNT_OPENED, None),
    ]
    assert await harness.now() - lines[0].happened_at < timedelta(seconds=60)


async def test_nobody_reads_of_another_account_or_of_long_ago(harness: Harness) -> None:
    """Ninety days, a hundred lines; and a stranger's failures at another ID are not his."""
    await harness.given_account()
    await harness.given_account("Jiro-02", number="405060")
    for account_id in ("Jiro-02", "nobody"):
        with pytest.raises(Refusal):
            await harness.log_in(account_id, "wrong")
    await harness.pretend_ago("audit_entries", "happened_at", timedelta(days=91))
    await harness.log_in(session="session")
    assert [line.kind for line in await history(harness)] == [HistoryKind.LOGGED_IN]
    await harness.run("""
        INSERT INTO audit_entries (kind, account_key)
        SELECT 'logged_in', account_key FROM sessions, generate_series(1, 200)
    """)
    assert len(await history(harness)) == 100


async def test_a_session_that_is_over_reads_nothing(harness: Harness) -> None:
    """Nor does asking keep one alive."""
    await harness.given_account()
    await harness.log_in(session="session")
    await harness.pretend_ago("sessions", "last_seen_at", timedelta(minutes=29))
    [before] = await harness.run("SELECT last_seen_at FROM sessions")
    await history(harness)
    assert await harness.run("SELECT last_seen_at FROM sessions") == [before]
    await harness.pretend_ago("sessions", "last_seen_at", timedelta(minutes=31))
    for session in ("session", "unknown"):
        with pytest.raises(Refusal) as refused:
            await history(harness, session)
        assert refused.value.code == RefusalCode.SESSION_ENDED
