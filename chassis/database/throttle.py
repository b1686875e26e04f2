"""Limits that all replicas share and that a restart does not forget (X14): a log of hits per bucket, in the
database.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chassis.database.batches import BATCH, affected
from chassis.database.db import Transaction
from chassis.messaging.refusal import Refusal

_LOOKED_AT_FOR = timedelta(days=2)  # longer than any window
TRIED_FOR = timedelta(seconds=10)  # longer than any request may take


@dataclass(frozen=True)
class Limit:
    """At most `hits` within any `window`."""

    hits: int
    window: timedelta


async def seconds_to_wait(tx: Transaction, bucket: str, limit: Limit) -> int | None:
    """None while the bucket has room, else the whole seconds until it has. Callers of one bucket queue up
    behind each other.
    """
    wait, _ = await _ask(tx, [(bucket, limit)], ())
    return wait


async def refuse_while_full(
    tx: Transaction, code: StrEnum | str, *limits: tuple[str, Limit], counting: Sequence[str] = ()
) -> datetime:
    """Raises Refusal(`code`) with the longest wait unless every (bucket, limit) has room; else counts one hit
    in each bucket of `counting`, and returns the instant of the transaction. One round trip.

    Buckets are locked in the order given. Callers name an own bucket before a shared one, all in the same
    order, so that none waits for another in a circle.
    """
    wait, moment = await _ask(tx, limits, counting)
    if wait is not None:
        raise Refusal(code, retry_after_seconds=wait)
    return moment


@dataclass(frozen=True)
class Trial:
    """A try that counts as a hit of `bucket` while nobody has judged it, a few seconds at most."""

    bucket: str
    hit_at: datetime


async def begin_trial(
    tx: Transaction, code: StrEnum | str, own: tuple[str, Limit], *limits: tuple[str, Limit]
) -> Trial:
    """As `refuse_while_full`, for what is to be judged after the transaction: tries at the same moment
    see each other. One that is never judged, as its process died or its time was over, is forgotten after
    TRIED_FOR.
    """
    bucket, limit = own
    backdated = limit.window - TRIED_FOR
    wait, moment = await _ask(tx, [own, *limits], [bucket], backdated)
    if wait is not None:
        raise Refusal(code, retry_after_seconds=wait)
    return Trial(bucket, moment - backdated)


async def withdraw(tx: Transaction, trial: Trial) -> None:
    """The try does not count."""
    await tx.execute(
        "DELETE FROM throttle_hits WHERE bucket = $1 AND hit_at = $2", trial.bucket, trial.hit_at
    )


async def judge_wrong(tx: Transaction, trial: Trial, *buckets: str) -> None:
    """The try counts for the whole window, and as a hit in each of `buckets`."""
    statement = """
        WITH lapsed AS (DELETE FROM throttle_hits WHERE bucket = $1 AND hit_at = $2)
        INSERT INTO throttle_hits (bucket) SELECT unnest($3::text[])
    """
    await tx.execute(statement, trial.bucket, trial.hit_at, [trial.bucket, *buckets])


async def _ask(
    tx: Transaction,
    limits: Sequence[tuple[str, Limit]],
    counting: Sequence[str],
    backdated: timedelta = timedelta(),
) -> tuple[int | None, datetime]:
    buckets = [bucket for bucket, _ in limits]
    hits = [str(limit.hits) for _, limit in limits]
    windows = [f"{limit.window.total_seconds()} s" for _, limit in limits]
    # Texts all of them: about other arrays a new connection asks the server first, in five round trips.
    statement = """
        SELECT wait, moment
        FROM throttle($1::text[], $2::text[]::int[], $3::text[]::interval[], $4::text[], $5::interval)
    """
    [row] = await tx.fetch(statement, buckets, hits, windows, list(counting), backdated)
    return None if row["wait"] is None else max(1, math.ceil(row["wait"])), row["moment"]


async def hit(tx: Transaction, *buckets: str) -> None:
    """Counts one hit in each."""
    await tx.execute("INSERT INTO throttle_hits (bucket) SELECT unnest($1::text[])", list(buckets))


async def clear(tx: Transaction, bucket: str) -> None:
    """Forgets the bucket, as after a success."""
    await tx.execute("DELETE FROM throttle_hits WHERE bucket = $1", bucket)


async def forget_old(tx: Transaction) -> int:
    """Deletes a batch of hits that no limit looks at any more; returns how many."""
    statement = """
        DELETE FROM throttle_hits WHERE ctid IN (
            SELECT ctid FROM throttle_hits WHERE hit_at < now() - $1::interval LIMIT $2
        )
    """
    return affected(await tx.execute(statement, _LOOKED_AT_FOR, BATCH))
