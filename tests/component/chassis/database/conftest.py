"""A database behind a network that can be stalled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from faults.proxy import Proxy
from support.far_database import FarDatabase

from chassis.database.db import Database
from mypage.local.postgres import PrivatePostgres


@pytest.fixture
async def far(fresh_database: Any, postgres: PrivatePostgres) -> AsyncIterator[FarDatabase]:
    """With a table `words`, and a connection through the proxy that is open already."""
    direct: Database = await fresh_database("chassis")
    async with direct.transaction() as tx:
        await tx.execute("CREATE TABLE words (word text PRIMARY KEY)")
        name = await tx.fetchval("SELECT current_database()")
    proxy = Proxy(lambda: postgres.port)
    await proxy.start()
    database = await Database.open(postgres.url(name).replace(f":{postgres.port}/", f":{proxy.port}/"))
    yield FarDatabase(database, direct, proxy)
    await proxy.stop()
    await database.close()
