"""Clean-up that an outage of weeks does not make too large for one statement."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from chassis.database.db import Database, Transaction

BATCH = 5_000  # rows: far below a second, so that nothing waits for it and no time-out ends it

Delete = Callable[[Transaction], Awaitable[int]]
"""Deletes at most BATCH rows and returns how many."""


async def delete_in_batches(database: Database, *deletes: Delete) -> None:
    """Each of them until nothing is left to delete, a batch in a transaction. Replicas may do it at once."""
    for delete in deletes:
        while await _batch(database, delete) >= BATCH:
            pass


async def _batch(database: Database, delete: Delete) -> int:
    async with database.transaction() as tx:
        return await delete(tx)


def deleted(status: str) -> int:
    """The number in `DELETE 17`."""
    return int(status.removeprefix("DELETE "))
