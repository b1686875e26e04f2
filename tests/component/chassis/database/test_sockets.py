"""Both sides of a connection are told how soon to notice that the other one is gone."""

from __future__ import annotations

import asyncio
import socket

import pytest
from support.far_database import FarDatabase

from chassis.database.db import CONNECTION_ERRORS

NOTICED_WITHIN = 10  # seconds


@pytest.mark.parametrize("is_pooled", [True, False])
async def test_the_client_notices_a_server_that_is_gone_within_ten_seconds(
    far: FarDatabase, is_pooled: bool
) -> None:
    """Whether it waits for an answer, or wants to say something."""
    lent = far.database.autocommit() if is_pooled else far.database.own_connection()
    async with lent as connection:
        plug = connection._transport.get_extra_info("socket")

        def option(name: str) -> int:
            value: int = plug.getsockopt(socket.IPPROTO_TCP, getattr(socket, name))
            return value

        assert plug.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        silence = option("TCP_KEEPIDLE") + option("TCP_KEEPINTVL") * option("TCP_KEEPCNT")
        assert silence < NOTICED_WITHIN
        assert 0 < option("TCP_USER_TIMEOUT") < NOTICED_WITHIN * 1000


async def test_the_server_notices_a_client_that_is_gone_within_ten_seconds(far: FarDatabase) -> None:
    """And frees what that one had locked, also in the middle of a statement."""
    async with far.database.autocommit() as tx:
        rows = await tx.fetch("SELECT name, setting::int FROM pg_settings WHERE setting ~ '^[0-9]+$'")
    settings = {row["name"]: row["setting"] for row in rows}
    silence = settings["tcp_keepalives_idle"]
    silence += settings["tcp_keepalives_interval"] * settings["tcp_keepalives_count"]
    assert 0 < silence < NOTICED_WITHIN
    assert 0 < settings["tcp_user_timeout"] < NOTICED_WITHIN * 1000
    assert 0 < settings["client_connection_check_interval"] < NOTICED_WITHIN * 1000


async def test_a_client_that_is_gone_in_a_long_statement_leaves_no_lock(
    far: FarDatabase,
) -> None:
    """The server looks after it every two seconds, and does not sleep to the end of the hour."""

    async def takes_long() -> None:
        async with far.database.own_connection() as connection:
            await connection.execute("BEGIN; LOCK TABLE words; SELECT pg_sleep(3600)")

    sleeping = asyncio.create_task(takes_long())
    async with asyncio.timeout(60):
        while not await _sleeps(far):
            await asyncio.sleep(0.05)
        far.proxy.cut()
        await asyncio.wait({sleeping})
        while await _sleeps(far):
            await asyncio.sleep(0.05)
    assert isinstance(sleeping.exception(), CONNECTION_ERRORS)
    async with far.direct.transaction() as tx:
        await tx.execute("INSERT INTO words VALUES ('free')")


async def _sleeps(far: FarDatabase) -> bool:
    async with far.direct.autocommit() as tx:
        statement = """
            SELECT EXISTS (SELECT FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event = 'PgSleep')
        """
        return bool(await tx.fetchval(statement))
