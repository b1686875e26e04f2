"""Tables that take millions of rows at once: without indexes and foreign keys, which are made again from all
rows together.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg

# Foreign keys go before the keys that they refer to.
_CONSTRAINTS = """
    SELECT conname AS name, conrelid::regclass::text AS of_table, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint WHERE conrelid = ANY ($1::text[]::regclass[]) AND contype IN ('f', 'p', 'u')
    ORDER BY contype = 'f' DESC, conname
"""
_INDEXES = """
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
    FROM pg_index WHERE indrelid = ANY ($1::text[]::regclass[])
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


@asynccontextmanager
async def without_indexes(connection: asyncpg.Connection, tables: Sequence[str]) -> AsyncIterator[None]:
    """For the block. Every key that other tables refer to must be referred to by these tables alone."""
    constraints = await connection.fetch(_CONSTRAINTS, tables)
    indexes = await connection.fetch(_INDEXES, tables)
    for each in constraints:
        await connection.execute(f"ALTER TABLE {each['of_table']} DROP CONSTRAINT {each['name']}")
    for each in indexes:
        await connection.execute(f"DROP INDEX {each['name']}")
    yield
    await connection.execute("SET maintenance_work_mem = '512MB'")
    for each in indexes:
        await connection.execute(each["definition"])
    for each in reversed(constraints):
        added = f"ADD CONSTRAINT {each['name']} {each['definition']}"
        await connection.execute(f"ALTER TABLE {each['of_table']} {added}")
