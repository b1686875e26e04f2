"""No connection, or one that is gone, comes out under one name, however the library says it."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest
from support.far_database import FarDatabase

from chassis.database.db import CONNECTION_ERRORS, Database
from chassis.database.errors import DatabaseAway

NOWHERE = [
    "postgresql://a:b@127.0.0.1:1/c",  # refused
    "postgresql://a:b@no-such-host.invalid/c",  # no address
    "postgresql:///c?host=/nonexistent&user=a",  # no socket
]


@pytest.mark.parametrize("url", NOWHERE)
async def test_a_server_that_cannot_be_reached_is_away(url: str) -> None:
    """From the pool and outside of it."""
    database = await Database.open(url)
    with pytest.raises(DatabaseAway):
        await database.now()
    with pytest.raises(DatabaseAway):
        async with database.own_connection():
            pass
    assert await database.problem() is not None
    await database.close()


async def test_a_server_that_takes_connections_and_says_nothing_is_away(far: FarDatabase) -> None:
    """Whoever looks for a connection is told so after some seconds."""
    far.proxy.stall()
    with pytest.raises(DatabaseAway):
        await far.database.now()
    with pytest.raises(DatabaseAway):
        async with far.database.own_connection():
            pass


async def test_a_pool_that_was_closed_is_away() -> None:
    """As at the end of a process, for what is still under way."""
    database = await Database.open(NOWHERE[0])
    await database.close()
    with pytest.raises(DatabaseAway):
        await database.now()


async def test_a_connection_that_was_cut_between_two_statements_is_away(far: FarDatabase) -> None:
    """The library calls that a wrong use of its interface."""

    async def is_cut() -> None:
        async with far.database.transaction() as tx:
            await tx.execute("INSERT INTO words VALUES ('one')")
            far.proxy.cut()
            await asyncio.sleep(0.1)
            await tx.execute("INSERT INTO words VALUES ('two')")

    for _ in range(3):
        with pytest.raises(CONNECTION_ERRORS):
            await is_cut()
    assert await far.count() == 0
    assert await far.database.problem() is None


async def test_a_session_that_the_server_ended_is_away(far: FarDatabase) -> None:
    """By an operator, say, while it stood between two statements."""
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1"

    async def is_ended() -> None:
        async with far.database.transaction() as tx:
            pid = await tx.fetchval("SELECT pg_backend_pid()")
            async with far.direct.transaction() as operator:
                await operator.execute(end, pid)
            await asyncio.sleep(0.1)
            await tx.execute("INSERT INTO words VALUES ('one')")

    with pytest.raises(CONNECTION_ERRORS):
        await is_ended()
    assert await far.database.problem() is None


@pytest.mark.parametrize("values", [(1, 2), ("one",), (2**40,)])
async def test_wrong_arguments_on_a_connection_that_lives_keep_their_name(
    far: FarDatabase, values: tuple[Any, ...]
) -> None:
    """And the connection is used again."""
    with pytest.raises((asyncpg.InterfaceError, asyncpg.DataError)):
        async with far.database.transaction() as tx:
            await tx.execute("SELECT $1::int", *values)
    accepted = far.proxy.accepted
    await far.database.now()
    assert far.proxy.accepted == accepted


@pytest.mark.parametrize("way", ["transaction", "autocommit"])
async def test_a_session_that_takes_no_writes_is_not_used_a_second_time(far: FarDatabase, way: str) -> None:
    """As on a primary that was demoted and is asked again, by whichever of the two it is noticed."""
    async with far.database.autocommit() as tx:
        await tx.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with getattr(far.database, way)() as tx:
            await tx.execute("INSERT INTO words VALUES ('one')")
    async with getattr(far.database, way)() as tx:
        await tx.execute("INSERT INTO words VALUES ('two')")
    assert await far.count() == 1
