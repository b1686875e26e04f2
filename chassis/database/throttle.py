"""Limits that all replicas share and that a restart does not forget (X14): a log of hits per bucket, in the
database.
"""

from __future__ import annotations

import json
import math
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, TypeVar
from uuid import UUID

from chassis.database.batches import BATCH, affected
from chassis.database.db import Transaction
from chassis.database.limits import Limit
from chassis.messaging.refusal import Refusal
from chassis.process.clock import monotonic
from chassis.process.few_lines import FewLines
from chassis.process.logger import Logger
from chassis.process.metrics import LIMIT_ALARMS
from chassis.security.tokens import new_key

_log = Logger()
_few_lines = FewLines()

Found = TypeVar("Found")

_LOOKED_AT_FOR = timedelta(days=2)  # longer than any window
TRIED_FOR = timedelta(seconds=10)  # longer than any request may take


class Bucket(NamedTuple):
    """Something that is counted, and how much of it is borne.

    With a `subject` it is subjects that are counted, each once: who is among them already finds room.
    `room_from` names a bucket of subjects that succeeded within a day: each makes room for one more, up to
    five times the limit. What `everybody` shares is not locked, and may be overrun by those who come at the
    same instant. With an `alarm` nobody is refused: that it is full is counted and told under that name.
    """

    name: str
    limit: Limit
    subject: str | None = None
    room_from: str | None = None
    everybody: bool = False
    alarm: str | None = None


Asked = Bucket | tuple[str, Limit]
"""Where a name and a limit are enough, the pair of them is a bucket."""


async def seconds_to_wait(tx: Transaction, bucket: str, limit: Limit) -> int | None:
    """None while the bucket has room, else the whole seconds until it has. Callers of one bucket queue up
    behind each other.
    """
    [wait], _ = await _ask(tx, [Bucket(bucket, limit)], (), None)
    return wait


async def refuse_while_full(
    tx: Transaction, code: StrEnum | str, *asked: Asked, counting: Sequence[str | Bucket] = ()
) -> datetime:
    """Raises Refusal(`code`) with the longest wait unless every bucket has room; else counts one hit in each
    bucket of `counting`, with the subject of the one that is named, and returns the instant of the
    transaction. One round trip.

    Buckets are locked in the order given. Callers name an own bucket before a shared one, all in the same
    order, so that none waits for another in a circle.
    """
    buckets = [Bucket(*each) for each in asked]
    waits, moment = await _ask(tx, buckets, _hits(buckets, counting), None)
    _refuse(code, buckets, waits)
    return moment


@dataclass(frozen=True)
class Trial:
    """A try that counts as a hit of its `buckets` while nobody has judged it, a few seconds at most."""

    key: UUID
    own: str
    buckets: tuple[Bucket, ...]
    begun_at: datetime


async def begin_trial(tx: Transaction, code: StrEnum | str, own: Asked, *others: Asked) -> Trial:
    """As `refuse_while_full`, for what is to be judged after the transaction: tries at the same moment
    see each other. One that is never judged, as its process died or its time was over, is forgotten after
    TRIED_FOR.
    """
    buckets = tuple(Bucket(*each) for each in (own, *others))
    key = new_key()
    tried = [each.name for each in buckets if not each.everybody]
    waits, moment = await _ask(tx, buckets, _hits(buckets, tried), key)
    _refuse(code, buckets, waits)
    return Trial(key, buckets[0].name, buckets, moment)


async def look_up(
    tx: Transaction, code: StrEnum | str, guesses: Bucket, find: Callable[[], Awaitable[Found | None]]
) -> tuple[Found | None, datetime]:
    """What `find` finds, and the instant of the question. It counts as a guess before it is looked for, and
    goes on counting unless it is found; nothing is looked for while `guesses` is full. Three round trips.
    Raises Refusal(`code`).

    `tx` commits each statement (`Database.autocommit`): a refusal that follows takes no guess back.
    """
    trial = await begin_trial(tx, code, guesses)
    found = await find()
    await (judge_wrong(tx, trial) if found is None else withdraw(tx, trial))
    return found, trial.begun_at


async def withdraw(tx: Transaction, trial: Trial) -> None:
    """The try does not count."""
    statement = "DELETE FROM throttle_hits WHERE bucket = ANY($1::text[]) AND trial = $2"
    await tx.execute(statement, [each.name for each in trial.buckets], trial.key)


async def judge_wrong(tx: Transaction, trial: Trial) -> None:
    """The try counts for the whole window in each of its buckets."""
    shared = [each.name for each in trial.buckets if each.everybody]
    statement = """
        WITH judged AS (
            UPDATE throttle_hits SET trial = NULL WHERE bucket = ANY($1::text[]) AND trial = $2
        )
        SELECT throttle_count($3::text::jsonb, NULL)
    """
    names = [each.name for each in trial.buckets if not each.everybody]
    await tx.execute(statement, names, trial.key, json.dumps(_hits(trial.buckets, shared)))


async def judge_right(tx: Transaction, trial: Trial) -> None:
    """The try does not count, its own bucket is forgotten, and where successes make room, this one does."""
    statement = """
        WITH forgotten AS (
            DELETE FROM throttle_hits WHERE bucket = $1 OR (bucket = ANY($2::text[]) AND trial = $3)
        )
        SELECT throttle_count($4::text::jsonb, NULL)
    """
    names = [each.name for each in trial.buckets]
    welcome = [
        {"bucket": each.room_from, "subject": each.subject, "within": 0}
        for each in trial.buckets
        if each.room_from
    ]
    await tx.execute(statement, trial.own, names, trial.key, json.dumps(welcome))


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


async def _ask(
    tx: Transaction, buckets: Sequence[Bucket], counted: Sequence[dict[str, object]], trial: UUID | None
) -> tuple[list[int | None], datetime]:
    """Of each bucket how long to wait for it. An alarm that is full is raised."""
    statement = """
        SELECT waits, moment FROM throttle_ask($1::text::jsonb, $2::text::jsonb, $3::uuid, $4::interval)
    """
    asked, counting = json.dumps([_asked(each) for each in buckets]), json.dumps(counted)
    [row] = await tx.fetch(statement, asked, counting, trial, TRIED_FOR)
    waits = [None if wait is None else max(1, math.ceil(float(wait))) for wait in row["waits"]]
    for bucket, wait in zip(buckets, waits, strict=True):
        if bucket.alarm is not None and wait is not None:
            _raise_alarm(bucket)
    return waits, row["moment"]


def _asked(bucket: Bucket) -> dict[str, object]:
    limit = bucket.limit
    return {
        "bucket": bucket.name,
        "subject": bucket.subject,
        "room_from": bucket.room_from,
        "hits": limit.hits,
        "within": limit.window.total_seconds(),
        "first_wait": limit.first_wait.total_seconds() if limit.first_wait else None,
        "longest_wait": limit.longest_wait.total_seconds() if limit.longest_wait else None,
        "locked": not bucket.everybody and bucket.alarm is None,
        "refuses": bucket.alarm is None,
    }


def _hits(buckets: Iterable[Bucket], counting: Iterable[str | Bucket]) -> list[dict[str, object]]:
    """One for each name, however often it is named; a name alone means the first bucket that has it."""
    of_name = {each.name: each for each in reversed(list(buckets))}
    found: dict[str, Bucket | None] = {}
    for each in counting:
        name, bucket = (each, of_name.get(each)) if isinstance(each, str) else (each.name, each)
        found.setdefault(name, bucket)
    return [
        {
            "bucket": name,
            "subject": bucket.subject if bucket else None,
            "within": bucket.limit.window.total_seconds() if bucket else 0,
        }
        for name, bucket in found.items()
    ]


def _refuse(code: StrEnum | str, buckets: Sequence[Bucket], waits: Sequence[int | None]) -> None:
    told = [
        wait for bucket, wait in zip(buckets, waits, strict=True) if wait is not None and bucket.alarm is None
    ]
    if told:
        raise Refusal(code, retry_after_seconds=max(told))


def watch_limits(alarms: Iterable[str]) -> None:
    """Their figures begin with 0: one that begins with its first alarm would never be seen to rise."""
    for alarm in alarms:
        LIMIT_ALARMS.labels(alarm)


def _raise_alarm(bucket: Bucket) -> None:
    LIMIT_ALARMS.labels(bucket.alarm).inc()
    left_out = _few_lines.left_out_before(at=monotonic())
    if left_out is not None:
        limit = str(bucket.limit)
        _log.error("limit.alarm", limit=bucket.alarm, bucket=bucket.name, more_than=limit, left_out=left_out)
