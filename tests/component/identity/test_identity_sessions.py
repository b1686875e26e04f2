"""How long a session lives, and how it ends."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from support.identity_harness import Harness, received, sweep

from chassis.messaging.refusal import Refusal
from messages.identity import LogOut, RefusalCode, SessionEnded
from services.identity.sessions.domain import SESSIONS_OF_AN_ACCOUNT
from services.identity.sessions.log_out import log_out
from services.identity.sessions.repository import open_session

PERSONAL = ("account_id_as_typed", "account_id_folded", "password_hash", "email_address", "nickname")


async def has_ended(harness: Harness, session: str = "session") -> bool:
    """Whether a page behind the login is refused."""
    try:
        await harness.show_session(session)
    except Refusal as refusal:
        return refusal.code == RefusalCode.SESSION_ENDED
    return False


@pytest.fixture
async def logged_in(harness: Harness) -> Harness:
    """Somebody has the session "session"."""
    await harness.given_account()
    await harness.log_in(session="session")
    return harness


async def test_an_unknown_session_has_ended(harness: Harness) -> None:
    """There is no other answer to a guess."""
    assert await has_ended(harness)


@pytest.mark.parametrize(
    ("idle", "ended"), [(timedelta(minutes=29, seconds=50), False), (timedelta(minutes=30), True)]
)
async def test_a_session_ends_after_thirty_idle_minutes(
    logged_in: Harness, idle: timedelta, ended: bool
) -> None:
    """G18."""
    await logged_in.pretend_ago("sessions", "last_seen_at", idle)
    assert await has_ended(logged_in) is ended


@pytest.mark.parametrize(
    ("age", "ended"), [(timedelta(hours=11, minutes=59, seconds=50), False), (timedelta(hours=12), True)]
)
async def test_a_session_ends_twelve_hours_after_the_login_however_busy(
    logged_in: Harness, age: timedelta, ended: bool
) -> None:
    """G18."""
    await logged_in.pretend_ago("sessions", "created_at", age)
    assert await has_ended(logged_in) is ended


async def test_asking_for_a_session_keeps_it_alive(logged_in: Harness) -> None:
    """The idle time begins anew."""
    await logged_in.pretend_ago("sessions", "last_seen_at", timedelta(minutes=20))
    shown = await logged_in.show_session("session")
    assert timedelta(minutes=29) < shown.ends_at - datetime.now(UTC) <= timedelta(minutes=30)


async def test_a_session_shows_the_login_before_its_own(logged_in: Harness) -> None:
    """Also on later pages, not only at the login."""
    await logged_in.log_in(session="later")
    assert (await logged_in.show_session("session")).previous_login_at is None
    assert (await logged_in.show_session("later")).previous_login_at is not None


async def test_a_frozen_account_has_no_sessions(logged_in: Harness) -> None:
    """Even those that were open (Q23)."""
    await logged_in.pretend_ago("accounts", "frozen_at", timedelta(0))
    assert await has_ended(logged_in)


async def test_logging_out_ends_the_session_and_every_gateway_hears_of_it(logged_in: Harness) -> None:
    """X33."""
    await log_out(logged_in.service, LogOut(session_token_hash="session"), received())
    assert await has_ended(logged_in)
    assert [event.session_token_hash for event in await logged_in.said(SessionEnded)] == ["session"]


async def test_logging_out_twice_is_no_fault(logged_in: Harness) -> None:
    """And says nothing more."""
    for _ in range(2):
        await log_out(logged_in.service, LogOut(session_token_hash="session"), received())
    assert len(await logged_in.said(SessionEnded)) == 1


async def test_logging_out_leaves_other_sessions_alone(logged_in: Harness) -> None:
    """The telephone stays logged in when the computer logs out."""
    await logged_in.log_in(session="telephone")
    await log_out(logged_in.service, LogOut(session_token_hash="session"), received())
    assert not await has_ended(logged_in, "telephone")


async def test_whoever_deletes_a_session_every_gateway_hears_of_it(logged_in: Harness) -> None:
    """X33: an operator after the runbook, by SQL; a session that nobody remembers is not told of."""
    await logged_in.log_in(session="idle")
    await logged_in.run(
        "UPDATE sessions SET last_seen_at = now() - interval '3 minutes' WHERE session_token_hash = 'idle'"
    )
    await logged_in.run("DELETE FROM sessions")
    assert [event.session_token_hash for event in await logged_in.said(SessionEnded)] == ["session"]


@pytest.mark.parametrize("column", ["frozen_at", "closed_at"])
async def test_whoever_freezes_an_account_ends_its_sessions(logged_in: Harness, column: str) -> None:
    """Q23, X33: at once, and its gateways hear of it."""
    emptied = ", ".join(f"{each} = NULL" for each in PERSONAL) if column == "closed_at" else ""
    await logged_in.run(f"UPDATE accounts SET {column} = now()" + (f", {emptied}" if emptied else ""))
    assert await has_ended(logged_in)
    assert [event.session_token_hash for event in await logged_in.said(SessionEnded)] == ["session"]


async def test_an_account_has_at_most_twenty_sessions(logged_in: Harness) -> None:
    """Each more ends the oldest, also when many log in at once; gateways hear of it."""
    [account] = await logged_in.run("SELECT account_key FROM accounts")

    async def open_one(name: str) -> None:
        async with logged_in.service.database.autocommit() as tx:
            await open_session(tx, name, account["account_key"])

    await asyncio.gather(*(open_one(f"session-{number}") for number in range(25)))
    left = await logged_in.run("SELECT session_token_hash FROM sessions")
    assert len(left) == SESSIONS_OF_AN_ACCOUNT
    assert await has_ended(logged_in)
    assert len(await logged_in.said(SessionEnded)) == 26 - SESSIONS_OF_AN_ACCOUNT


async def test_many_log_ins_at_once_never_wait_for_each_other_in_a_circle(logged_in: Harness) -> None:
    """Each ends the same surplus ones: without the account's lock PostgreSQL broke some of them off."""
    [account] = await logged_in.run("SELECT account_key FROM accounts")

    async def open_one(name: str) -> None:
        async with logged_in.service.database.autocommit() as tx:
            await open_session(tx, name, account["account_key"])

    for crowd in range(12):
        await asyncio.gather(*(open_one(f"session-{crowd}-{number}") for number in range(40)))
    left = await logged_in.run("SELECT session_token_hash FROM sessions")
    assert len(left) == SESSIONS_OF_AN_ACCOUNT


async def test_a_repeated_login_request_is_answered_alike(logged_in: Harness) -> None:
    """A request may be delivered twice; the session stays one, and so does its previous login."""
    shown = await logged_in.log_in(session="session")
    assert shown.previous_login_at is None
    assert len(await logged_in.run("SELECT 1 FROM sessions")) == 1


async def test_the_sweep_deletes_dead_sessions_and_old_proofs_and_keeps_the_others(
    logged_in: Harness,
) -> None:
    """Nothing that nobody can use stays (X46)."""
    await sweep(logged_in.service)
    assert [
        len(await logged_in.run(f"SELECT 1 FROM {table}")) for table in ("sessions", "spent_login_proofs")
    ] == [1, 1]
    await logged_in.pretend_ago("sessions", "last_seen_at", timedelta(minutes=31))
    await logged_in.pretend_ago("spent_login_proofs", "spent_at", timedelta(days=2))
    await sweep(logged_in.service)
    assert [
        len(await logged_in.run(f"SELECT 1 FROM {table}")) for table in ("sessions", "spent_login_proofs")
    ] == [0, 0]
