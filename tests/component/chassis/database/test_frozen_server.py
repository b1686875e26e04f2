"""A server that stands still, at each statement: whoever is cancelled meanwhile ends by that, and soon."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from support.far_database import FarDatabase

from chassis.database.db import TRANSIENT_ERRORS, Database
from chassis.database.migrate import migrate, missing_migrations

Work = Callable[[Database], Awaitable[Any]]
NOT_FOR_EVER = 60.0  # seconds


async def writes(database: Database) -> None:
    """BEGIN, two statements, COMMIT."""
    async with database.transaction() as tx:
        await tx.execute("INSERT INTO words VALUES ($1)", uuid4().hex)
        await tx.fetchval("SELECT count(*) FROM words")


async def fails(database: Database) -> None:
    """BEGIN, a statement, ROLLBACK."""
    async with database.transaction() as tx:
        await tx.execute("INSERT INTO words VALUES ($1)", uuid4().hex)
        raise ConnectionResetError


async def reads(database: Database) -> None:
    """Two statements."""
    async with database.autocommit() as tx:
        await tx.fetchval("SELECT count(*) FROM words")
        await tx.fetchval("SELECT count(*) FROM words")


async def imports(database: Database) -> None:
    """A connection, BEGIN, a statement, COMMIT, the end of the connection."""
    async with database.long_transaction() as tx:
        await tx.execute("INSERT INTO words SELECT gen_random_uuid()::text")


async def applies(database: Database) -> None:
    """A connection, and what a migration says."""
    await migrate(database, [])


async def looks(database: Database) -> None:
    """What a service asks before it begins."""
    await missing_migrations(database, [])


async def probes(database: Database) -> None:
    """What the readiness page asks."""
    if await database.problem() is not None:
        raise TimeoutError


async def for_ever(database: Database, work: Work) -> None:
    """As a loop does that forgives the database everything."""
    while True:
        try:
            await work(database)
        except TRANSIENT_ERRORS:
            await asyncio.sleep(0.01)


AT_EACH = [
    *((writes, at) for at in (1, 2, 3, 4)),
    *((fails, at) for at in (1, 2, 3)),
    *((reads, at) for at in (1, 2)),
    *((imports, at) for at in (1, 2, 3, 4, 5, 6, 7, 8)),
    *((applies, at) for at in (5, 6, 7, 8)),
    *((looks, at) for at in (1, 2)),
    (probes, 1),
]


@pytest.mark.parametrize(("work", "request_number"), AT_EACH)
@pytest.mark.parametrize("cancels", [1, 2])
async def test_a_loop_that_is_cancelled_while_the_server_stands_still_ends(
    far: FarDatabase, work: Work, request_number: int, cancels: int
) -> None:
    """Whatever is being said at that moment; also when it is told twice."""
    if work is not fails:
        await work(far.database)  # connected and prepared: from now on each statement is one round trip
    far.proxy.stall_at(request_number)
    looping = asyncio.create_task(for_ever(far.database, work))
    async with asyncio.timeout(NOT_FOR_EVER):
        while not far.proxy.is_stalled:
            await asyncio.sleep(0.01)
        for _ in range(cancels):
            looping.cancel()
            await asyncio.sleep(0.05)
        await asyncio.wait({looping})
    assert looping.cancelled()
    async with asyncio.timeout(NOT_FOR_EVER):
        await far.database.close()
    assert await far.count() >= 0


@pytest.mark.parametrize("later", [0.5, 3.0, 6.0, 8.0])
async def test_so_does_one_that_is_cancelled_in_any_moment_of_the_trouble(
    far: FarDatabase, later: float
) -> None:
    """While it waits for the statement, while that is being undone, while it connects anew."""
    await writes(far.database)
    far.proxy.stall_at(2)
    looping = asyncio.create_task(for_ever(far.database, writes))
    async with asyncio.timeout(NOT_FOR_EVER):
        while not far.proxy.is_stalled:
            await asyncio.sleep(0.01)
        await asyncio.sleep(later)
        looping.cancel()
        await asyncio.wait({looping})
    assert looping.cancelled()


@pytest.mark.parametrize("request_number", [1, 2, 3, 4])
async def test_a_time_out_around_a_transaction_stays_a_time_out(
    far: FarDatabase, request_number: int
) -> None:
    """As around every request; and the next transaction finds a connection once the server goes on."""
    await writes(far.database)
    far.proxy.stall_at(request_number)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await writes(far.database)
    far.proxy.resume()
    async with asyncio.timeout(NOT_FOR_EVER):
        await writes(far.database)


async def test_nothing_is_committed_of_a_transaction_that_was_cancelled_before_its_commit(
    far: FarDatabase,
) -> None:
    """Not even when the server goes on and hears all that it was told."""
    await writes(far.database)
    before = await far.count()
    for request_number in (2, 3):
        far.proxy.stall_at(request_number)
        task = asyncio.create_task(writes(far.database))
        while not far.proxy.is_stalled:
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait({task})
        far.proxy.resume()
        await asyncio.sleep(0.5)
    assert await far.count() == before


async def test_what_is_committed_is_so_though_the_server_stands_still_right_afterwards(
    far: FarDatabase,
) -> None:
    """No trouble of the connection makes a lie of it."""
    await writes(far.database)
    told: list[object] = []
    far.database.after_commit(told.append)
    far.proxy.stall_at(5)
    async with asyncio.timeout(NOT_FOR_EVER):
        await writes(far.database)
    assert len(told) == 1
    assert await far.count() == 2


async def test_a_pool_whose_connections_are_half_open_is_used_again_after_one_of_them_was_noticed(
    far: FarDatabase,
) -> None:
    """The others are not tried one after the other."""
    await asyncio.gather(*(reads_slowly(far.database) for _ in range(8)))
    far.proxy.half_open(stays="client")
    with pytest.raises(TimeoutError):
        await writes(far.database)
    for _ in range(8):
        await writes(far.database)
    assert await far.count() == 8


async def reads_slowly(database: Database) -> None:
    """So that each has a connection of its own."""
    async with database.transaction() as tx:
        await tx.execute("SELECT pg_sleep(0.3)")
