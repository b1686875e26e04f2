"""One database behind a network that can be stalled, cut and slowed down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from faults.proxy import Proxy

from chassis.database.db import Database
from mypage.local.postgres import PrivatePostgres


@dataclass
class FarDatabase:
    """The same database twice: through a proxy, and directly."""

    database: Database
    direct: Database
    proxy: Proxy

    async def count(self) -> int:
        """How many rows `words` has."""
        async with self.direct.transaction() as tx:
            found: int = await tx.fetchval("SELECT count(*) FROM words")
        return found


@asynccontextmanager
async def far_away(direct: Database, postgres: PrivatePostgres) -> AsyncIterator[FarDatabase]:
    """That database, with a proxy before it and no connection yet."""
    async with direct.transaction() as tx:
        name = await tx.fetchval("SELECT current_database()")
    proxy = Proxy(lambda: postgres.port)
    await proxy.start()
    url = postgres.url(name).replace(f":{postgres.port}/", f":{proxy.port}/")
    database = await Database.open(url)
    yield FarDatabase(database, direct, proxy)
    await proxy.stop()
    await database.close()
