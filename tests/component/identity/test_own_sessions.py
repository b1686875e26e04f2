"""ログイン中の端末: what a customer sees of his sessions, and how he ends them (X33)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from support.identity_harness import Harness, received

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_key
from messages.identity import RefusalCode, SessionEnded
from messages.own_sessions import EndOtherSessions, EndOwnSession, OwnSession, ShowOwnSessions
from services.identity.own_account.end_other_sessions import end_other_sessions
from services.identity.own_account.end_own_session import end_own_session
from services.identity.own_account.show_own_sessions import show_own_sessions


@pytest.fixture
async def customer(harness: Harness) -> Harness:
    """Taro-01 with two devices, and somebody else with one."""
    await harness.given_account()
    await harness.given_account("Jiro-02", number="405060")
    await harness.log_in(session="session", device="windows/edge")
    await harness.log_in(session="telephone", device="iphone/safari")
    await harness.log_in("Jiro-02", session="jiros", device="mac/safari")
    await harness.run("DELETE FROM outbox")
    return harness


async def shown(harness: Harness, session: str = "session") -> list[OwnSession]:
    """As the page asks for it."""
    query = ShowOwnSessions(session_token_hash=session)
    return list((await show_own_sessions(harness.service, query, received())).sessions)


async def key_of(harness: Harness, session: str) -> UUID:
    """Under which pages name it."""
    statement = "SELECT session_key FROM sessions WHERE session_token_hash = $1"
    [row] = await harness.run(statement, session)
    return UUID(str(row[0]))


async def end_one(harness: Harness, key: UUID, *, session: str = "session") -> None:
    """[この端末をログアウトする]."""
    command = EndOwnSession(session_token_hash=session, client_network="network", session_key=key)
    await end_own_session(harness.service, command, received())


async def end_others(harness: Harness, *, session: str = "session") -> None:
    """[ほかのすべての端末をログアウトする]."""
    command = EndOtherSessions(session_token_hash=session, client_network="network")
    await end_other_sessions(harness.service, command, received())


async def living(harness: Harness) -> set[str]:
    """Every session of everybody."""
    return {row[0] for row in await harness.run("SELECT session_token_hash FROM sessions")}


async def told(harness: Harness) -> tuple[list[str], int]:
    """Of which ends gateways hear, and how many entries the audit has of them."""
    entries = await harness.run("SELECT FROM audit_entries WHERE kind = 'sessions_ended_by_owner'")
    return [each.session_token_hash for each in await harness.said(SessionEnded)], len(entries)


async def test_the_askers_stands_first_then_the_last_used(customer: Harness) -> None:
    """With its device, its beginning and its last use; nobody else's, and none that is over."""
    await customer.log_in(session="older", device="ipad/chrome")
    await customer.log_in(session="idle")
    await customer.log_in(session="old")
    for session, column, ago in (
        ("older", "last_seen_at", timedelta(minutes=20)),
        ("idle", "last_seen_at", timedelta(minutes=30)),
        ("old", "created_at", timedelta(hours=12)),
    ):
        statement = f"UPDATE sessions SET {column} = now() - $2::interval WHERE session_token_hash = $1"
        await customer.run(statement, session, ago)
    lines = await shown(customer)
    assert [(each.device, each.is_askers) for each in lines] == [
        ("windows/edge", True),
        ("iphone/safari", False),
        ("ipad/chrome", False),
    ]
    now = await customer.now()
    assert timedelta(minutes=20) <= now - lines[2].last_seen_at < timedelta(minutes=21)
    assert now - lines[2].began_at < timedelta(minutes=1)
    assert [each.session_key for each in lines] == [
        await key_of(customer, session) for session in ("session", "telephone", "older")
    ]


async def test_a_session_of_the_release_before_has_no_device(customer: Harness) -> None:
    """It is shown all the same, so that it can be ended."""
    await customer.run("UPDATE sessions SET device = NULL")
    assert [each.device for each in await shown(customer)] == [None, None]


async def test_one_is_ended_and_every_gateway_hears_of_it(customer: Harness) -> None:
    """A second time nothing happens."""
    key = await key_of(customer, "telephone")
    for _ in range(2):
        await end_one(customer, key)
    assert await living(customer) == {"session", "jiros"}
    assert await told(customer) == (["telephone"], 1)


async def test_anothers_key_is_answered_as_one_that_is_gone(customer: Harness) -> None:
    """Nothing is done, nothing is told."""
    for key in (await key_of(customer, "jiros"), new_key()):
        await end_one(customer, key)
    assert await living(customer) == {"session", "telephone", "jiros"}
    assert await told(customer) == ([], 0)


async def test_all_others_are_ended_and_this_one_lives(customer: Harness) -> None:
    """One entry, however many there were; a second time nothing happens."""
    await customer.log_in(session="tablet")
    await customer.run("DELETE FROM outbox")
    for _ in range(2):
        await end_others(customer)
    assert await living(customer) == {"session", "jiros"}
    ended, entries = await told(customer)
    assert (sorted(ended), entries) == (["tablet", "telephone"], 1)
    await customer.show_session("session")


@pytest.mark.parametrize("act", ["show", "end one", "end others"])
async def test_nobody_does_it_without_a_living_session(customer: Harness, act: str) -> None:
    """Also not with one that the customer has just ended from elsewhere."""
    key = await key_of(customer, "session")
    await end_one(customer, await key_of(customer, "telephone"))
    acts = {
        "show": lambda: shown(customer, "telephone"),
        "end one": lambda: end_one(customer, key, session="telephone"),
        "end others": lambda: end_others(customer, session="telephone"),
    }
    with pytest.raises(Refusal) as refused:
        await acts[act]()  # type: ignore[no-untyped-call]
    assert refused.value.code == RefusalCode.SESSION_ENDED
    assert await living(customer) == {"session", "jiros"}


async def test_the_key_says_nothing_of_the_token(customer: Harness) -> None:
    """Neither it nor its hash is in the answer."""
    answer = "".join(each.model_dump_json() for each in await shown(customer))
    assert "telephone" not in answer
    assert 'session"' not in answer


async def test_a_log_in_with_the_ticket_is_listed_alike(harness: Harness) -> None:
    """[そのままログイン], whose device is recorded as well."""
    registration_key = await harness.given_account()
    await harness.log_in_with_proof(registration_key, session="session")
    assert [each.is_askers for each in await shown(harness)] == [True]
