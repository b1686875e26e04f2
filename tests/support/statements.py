"""The statements that a service sends to its database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from chassis.database.db import Database


@contextmanager
def statements_of(database: Database) -> Iterator[list[str]]:
    """Those of the block, in their order. Only one such block at a time."""
    found: list[str] = []
    send = asyncpg.connection.Connection._do_execute

    async def counted(self: asyncpg.Connection, query: str, *rest: object, **more: object) -> object:
        found.append(query)
        return await send(self, query, *rest, **more)

    asyncpg.connection.Connection._do_execute = counted
    try:
        yield found
    finally:
        asyncpg.connection.Connection._do_execute = send
