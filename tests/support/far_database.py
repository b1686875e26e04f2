"""One database behind a network that can be stalled, cut and slowed down."""

from __future__ import annotations

from dataclasses import dataclass

from faults.proxy import Proxy

from chassis.database.db import Database


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
