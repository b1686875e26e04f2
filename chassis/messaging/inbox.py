"""The inbox makes at-least-once delivery happen once: its insert is the first statement of a handler's
transaction (D8).
"""

from __future__ import annotations

from datetime import timedelta

from chassis.database.batches import BATCH, affected
from chassis.database.db import Transaction
from chassis.process.metrics import INBOX_DUPLICATES

KEPT_FOR = timedelta(days=30)  # longer than the 14 days of a dead letter


async def is_first_delivery(tx: Transaction, *, consumer: str, message_id: str) -> bool:
    """True once per consumer and message. A twin that is being handled at this moment is waited for, then
    answered False.
    """
    statement = (
        "INSERT INTO inbox (consumer, message_id) VALUES ($1, $2::uuid) ON CONFLICT DO NOTHING RETURNING true"
    )
    is_first = bool(await tx.fetchval(statement, consumer, message_id))
    if not is_first:
        INBOX_DUPLICATES.labels(consumer).inc()
    return is_first


async def forget_old(tx: Transaction) -> int:
    """Deletes a batch of entries older than KEPT_FOR; returns how many."""
    statement = """
        DELETE FROM inbox WHERE ctid IN (
            SELECT ctid FROM inbox WHERE handled_at < now() - $1::interval LIMIT $2
        )
    """
    return affected(await tx.execute(statement, KEPT_FOR, BATCH))
