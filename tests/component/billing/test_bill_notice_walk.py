"""The walk through all who want to be told of a month: in batches, cut off, by several at once (ADR 0055)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from support.bill_notices import given_customers, publish, said, told
from support.billing_harness import Harness

from chassis.database.db import Database, Transaction
from services.billing.notices import announce_published_months as walk
from services.billing.notices.announce_published_months import announce_published_months


async def test_customers_are_told_in_batches_and_none_twice_however_the_walk_is_cut_off(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash before a commit leaves nothing, one after it nothing to repeat."""
    monkeypatch.setattr(walk, "AT_A_TIME", 3)
    accounts = await given_customers(harness, 10, "2026-10")
    await publish(harness, "2026-10")
    dying, turns = replace(harness.service, database=Dying(harness.database)), 0  # type: ignore[arg-type]
    while await harness.run("SELECT FROM published_months WHERE announced_at IS NULL"):
        with pytest.raises(Killed):
            await announce_published_months(dying)
        before = len(await said(harness))
        await announce_published_months(harness.service)
        assert len(await said(harness)) - before <= 3
        turns += 1
    assert turns == 4
    assert await told(harness) == sorted((account.key, "2026-10") for account in accounts)


class Dying:
    """A database whose process dies when all is written and nothing is committed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Comes to no end."""
        async with self._database.transaction() as tx:
            yield tx
            raise Killed


class Killed(Exception):
    """The process is gone."""


async def test_two_replicas_tell_everybody_once(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    """The month is one replica's at a time."""
    monkeypatch.setattr(walk, "AT_A_TIME", 2)
    accounts = await given_customers(harness, 9, "2026-10")
    await publish(harness, "2026-10")
    for _ in range(5):
        await asyncio.gather(*(announce_published_months(harness.service) for _ in range(4)))
    assert await told(harness) == sorted((account.key, "2026-10") for account in accounts)


async def test_nobody_is_told_while_the_broker_takes_nothing(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The outbox does not grow with the number of customers."""
    monkeypatch.setattr(walk, "AT_A_TIME", 2)
    monkeypatch.setattr(walk, "MOST_WAITING", 4)
    await given_customers(harness, 9, "2026-10")
    await publish(harness, "2026-10")
    for _ in range(5):
        await announce_published_months(harness.service)
    assert len(await said(harness)) == 4
    await harness.run("DELETE FROM outbox")
    await announce_published_months(harness.service)
    assert len(await said(harness)) == 2
