"""Asking is no oracle: the same statements, events and hashes follow whatever was typed (X3, X37)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import asyncpg
import pytest
from support.identity_harness import Harness
from support.recovery_steps import Forgetful

from chassis.database.connections import Connections
from chassis.database.db import Database
from mypage.local.postgres import PrivatePostgres

Ask = Callable[[Forgetful], Awaitable[None]]

PASSWORDS: dict[str, Ask] = {
    "an account": lambda who: who.ask("Taro-01"),
    "its number": lambda who: who.ask("102030"),
    "an unknown ID": lambda who: who.ask("nobody-1"),
    "another's address": lambda who: who.ask("Taro-02", "jiro@example.jp"),
    "an unknown number": lambda who: who.ask("999"),
    "a frozen account": lambda who: who.ask("Frozen-1", "frozen@example.jp"),
    "what no ID can be": lambda who: who.ask("あ" * 300, "x@example.jp"),
}
IDS: dict[str, Ask] = {
    "an address": lambda who: who.ask_for_ids("taro@example.jp"),
    "an unknown address": lambda who: who.ask_for_ids("nobody@example.jp"),
    "a frozen account's": lambda who: who.ask_for_ids("frozen@example.jp"),
}


@pytest.fixture
async def statements() -> list[str]:
    """What the watched connection was asked."""
    return []


@pytest.fixture
async def watched(
    harness: Harness, postgres: PrivatePostgres, statements: list[str]
) -> AsyncIterator[Harness]:
    """Two accounts, one of them frozen; and one connection whose statements are counted."""
    await harness.given_account()
    await harness.given_account("Frozen-1", number="405060")
    await harness.run(
        "UPDATE accounts SET frozen_at = now(), email_address = 'frozen@example.jp'"
        " WHERE account_id_folded = 'frozen-1'"
    )

    async def listen(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(lambda query: statements.append(query.query))

    url = postgres.url((await harness.run("SELECT current_database()"))[0][0])
    pool = await asyncpg.create_pool(url, min_size=1, max_size=1, init=listen)
    yield Harness(Database(Connections(pool, url)))
    await pool.close()


@pytest.mark.parametrize("ways", [PASSWORDS, IDS], ids=["password", "account ID"])
async def test_every_answer_takes_the_same_statements_and_no_hash(
    watched: Harness, statements: list[str], ways: dict[str, Ask], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One event each, whether a mail comes of it or not."""

    async def hashes(*_: object) -> bool:
        raise AssertionError("a password is hashed")

    monkeypatch.setattr(watched.service.hasher, "matches", hashes)
    monkeypatch.setattr(watched.service.hasher, "hash", hashes)
    await next(iter(ways.values()))(Forgetful(watched))  # the first use of a connection asks about types
    seen = {}
    for number, (name, ask) in enumerate(ways.items()):
        await watched.pretend_ago("throttle_hits", "hit_at", timedelta(hours=2))
        statements.clear()
        await ask(Forgetful(watched, network=f"network-{number}"))
        seen[name] = list(statements)
    usual = next(iter(seen.values()))
    assert sum("INSERT INTO outbox" in statement for statement in usual) == 1
    assert seen == dict.fromkeys(seen, usual)
