"""Clean-up that an outage of weeks does not make too large for one statement."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from chassis.database.db import Database, Transaction
from chassis.process.metrics import FORGOTTEN_AT, FORGOTTEN_ROWS

BATCH = 5_000  # rows: far below a second, so that nothing waits for it and no time-out ends it

Delete = Callable[[Transaction], Awaitable[int]]
"""Deletes at most BATCH rows and returns how many."""


async def delete_in_batches(database: Database, deletes: Mapping[str, Delete]) -> None:
    """Each of them, by what it deletes, until nothing is left: a batch in a transaction. Replicas may do it
    at once. One that fails keeps none of the others from their work; then the first failure is raised.
    """
    failures: list[Exception] = []
    for what, delete in deletes.items():
        try:
            while await _batch(database, what, delete) >= BATCH:
                pass
        except Exception as failure:
            failures.append(failure)
        else:
            FORGOTTEN_AT.labels(what).set_to_current_time()
    if failures:
        raise failures[0]


async def _batch(database: Database, what: str, delete: Delete) -> int:
    async with database.transaction() as tx:
        rows = await delete(tx)
    FORGOTTEN_ROWS.labels(what).inc(rows)
    return rows


def affected(status: str) -> int:
    """The number of rows in `DELETE 17` or `UPDATE 17`."""
    return int(status.rpartition(" ")[2])
