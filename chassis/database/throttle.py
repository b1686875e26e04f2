"""Limits that all replicas share and that a restart does not forget (X14): a log of hits per bucket, in the
database.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from chassis.database.db import Transaction
from chassis.messaging.refusal import Refusal


@dataclass(frozen=True)
class Limit:
    """At most `hits` within any `window`."""

    hits: int
    window: timedelta


async def seconds_to_wait(tx: Transaction, bucket: str, limit: Limit) -> int | None:
    """None while the bucket has room, else the whole seconds until it has. Callers of one bucket queue up
    behind each other.
    """
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", bucket)
    statement = """
        SELECT extract(epoch FROM hit_at + $2::interval - now()) FROM throttle_hits
        WHERE bucket = $1 AND hit_at > now() - $2::interval ORDER BY hit_at DESC OFFSET $3 LIMIT 1
    """
    remaining = await tx.fetchval(statement, bucket, limit.window, limit.hits - 1)
    return None if remaining is None else max(1, math.ceil(remaining))


async def refuse_while_full(tx: Transaction, code: StrEnum | str, *limits: tuple[str, Limit]) -> None:
    """Raises Refusal(`code`) with the longest wait unless every (bucket, limit) has room.

    Buckets are locked in the order given. Callers name an own bucket before a shared one, all in the same
    order, so that none waits for another in a circle.
    """
    waits = [await seconds_to_wait(tx, bucket, limit) for bucket, limit in limits]
    longest = max((seconds for seconds in waits if seconds is not None), default=None)
    if longest is not None:
        raise Refusal(code, retry_after_seconds=longest)


async def hit(tx: Transaction, bucket: str) -> None:
    """Counts one hit."""
    await tx.execute("INSERT INTO throttle_hits (bucket) VALUES ($1)", bucket)


async def clear(tx: Transaction, bucket: str) -> None:
    """Forgets the bucket, as after a success."""
    await tx.execute("DELETE FROM throttle_hits WHERE bucket = $1", bucket)


async def forget_old(tx: Transaction, *, older_than: timedelta = timedelta(days=2)) -> None:
    """Deletes hits that no limit looks at any more."""
    await tx.execute("DELETE FROM throttle_hits WHERE hit_at < now() - $1::interval", older_than)
