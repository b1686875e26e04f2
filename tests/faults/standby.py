"""A second PostgreSQL that follows a plant's own one, and takes its place."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from faults.plant import Plant
from faults.servers import Servers

from chassis.database.db import Database
from mypage.local import postgres_place
from mypage.local.databases import SERVICES
from mypage.local.postgres import PrivatePostgres
from mypage.local.statefile import write_state

FOLLOWS_WITHIN = 20.0  # seconds


class Standby:
    """The second server. It has everything that the first one has confirmed: replication is synchronous
    (K20).
    """

    def __init__(self, server: PrivatePostgres) -> None:
        self._server = server

    def use(self, plant: Plant) -> None:
        """From their next start on all services are told of both servers, and to use the one that takes
        writes.
        """
        first, second = (f"127.0.0.1:{server.port}" for server in (plant.servers.postgres, self._server))
        for service in SERVICES:
            url = plant.servers.database_url(service).replace(first, f"{first},{second}")
            plant.environment_of(service)["MYPAGE_DATABASE_URL"] = f"{url}?target_session_attrs=read-write"

    async def promote(self, plant: Plant) -> None:
        """It takes writes from now on, and is the plant's server."""
        plant.ledger.done("standby", "promote")
        database = await Database.open(self._server.url())
        async with database.own_connection() as connection:
            assert await connection.fetchval("SELECT pg_promote(wait => true)")
        await database.close()
        plant.servers.postgres = self._server
        await plant.forget_databases()


@asynccontextmanager
async def standby_of(servers: Servers) -> AsyncIterator[Standby]:
    """A copy of the plant's own server, which follows it synchronously when the block begins. It is gone
    after the block.
    """
    server = await asyncio.to_thread(_copy, servers)
    await server.start()
    try:
        primary = await Database.open(servers.postgres.url())
        async with primary.own_connection() as connection:
            await connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'")
            await connection.execute("SELECT pg_reload_conf()")
            async with asyncio.timeout(FOLLOWS_WITHIN):
                while await connection.fetchval("SELECT sync_state FROM pg_stat_replication") != "quorum":
                    await asyncio.sleep(0.05)
        await primary.close()
        yield Standby(server)
    finally:
        await server.stop()


def _copy(servers: Servers) -> PrivatePostgres:
    primary, folder = servers.folder / "postgres", servers.folder / "standby"
    folder.mkdir()
    data = postgres_place.data_directory(folder)
    postgres_place.make_data_directory(data)
    password = servers.postgres.superuser_password
    command = [
        str(postgres_place.programs(primary) / "pg_basebackup"),
        "-D",
        str(data),
        "-R",
        "-c",
        "fast",
        "-d",
        servers.postgres.url(),
    ]
    subprocess.run(command, cwd="/", check=True, capture_output=True, **postgres_place.identity(data))
    state = {"port": 0, "data_dir": str(data), "superuser_password": password, "owner_pid": os.getpid()}
    write_state(folder / "postgres.json", state)
    return PrivatePostgres(folder)
