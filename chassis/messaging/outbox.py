"""The outbox: an event is a row of the same transaction as the change it tells of; a relay publishes it
afterwards (ADR 0002).

Order is not promised. A crash between confirm and delete publishes a row again with the same message_id; the
inbox eats it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from chassis.database.db import TRANSIENT_ERRORS, Database, Row, Transaction
from chassis.messaging.bus import Bus, NotPublished, Rejected, Unroutable
from chassis.messaging.message import Event, Outgoing
from chassis.messaging.topology import BROADCAST, EVENTS
from chassis.process.failpoints import reach, working_on
from chassis.process.logger import Logger
from chassis.process.metrics import OUTBOX_OLDEST_SECONDS, OUTBOX_PUBLISHED, OUTBOX_RETURNED, OUTBOX_ROWS
from chassis.security.tokens import new_key

_log = Logger()

BATCH = 100
CONFIRM_WITHIN = 5.0  # seconds
POLL_EVERY = 0.5  # seconds: finds what a crashed replica left, or a trigger wrote
_LONGEST_BACKOFF = 15  # seconds


class Outbox:
    """Takes events inside the caller's transaction, and wakes the relay of this process after the commit."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.woken = asyncio.Event()
        self.in_flight: set[int] = set()  # rows whose events lie in this process, or in a consumer's hand
        self.settled: list[int] = []  # those of them that may go
        self._added_in: set[int] = set()
        database.after_commit(self._wake)

    async def add(self, tx: Transaction, event: Event) -> None:
        """The event will be published at least once if, and only if, the transaction commits."""
        statement = """
            INSERT INTO outbox (message_id, type, exchange, routing_key, mandatory, body)
            VALUES ($1, $2, $3, $4, $5, $6)
        """
        exchange, routing_key = (BROADCAST, "") if event.broadcast else (EVENTS, event.type_name)
        body = event.model_dump_json().encode()
        await tx.execute(
            statement, new_key(), event.type_name, exchange, routing_key, not event.broadcast, body
        )
        self._added_in.add(id(tx))

    def _wake(self, tx: Transaction) -> None:
        if id(tx) in self._added_in:
            self._added_in.discard(id(tx))
            self.woken.set()


class Relay:
    """Publishes the rows of one outbox, a batch pipelined on one channel, and deletes those that were
    confirmed.
    """

    def __init__(self, outbox: Outbox, bus: Bus) -> None:
        self._outbox = outbox
        self._bus = bus
        self._stopping = False
        self._at_work = asyncio.Lock()

    async def run(self) -> None:
        """Works until `finish` or until cancelled. While the bus or the database is away the rows stay, and
        no transaction is held open.
        """
        with working_on("relay"):
            while not self._stopping:
                try:
                    async with self._at_work:
                        published = await self.relay_once() if self._bus.is_up() else 0
                except TRANSIENT_ERRORS as error:
                    _log.warning("outbox.database_away", error=type(error).__name__)
                    published = 0
                if published < BATCH:
                    await self._sleep_until_woken()

    async def finish(self, *, at_most: float) -> None:
        """Publishes what waits, and cuts no batch off in the middle: its events would be published again. At
        most that many seconds.
        """
        self._stopping = True
        try:
            async with asyncio.timeout(at_most), self._at_work:
                while self._bus.is_up() and (await self.relay_once() or self._outbox.settled):
                    pass
        except TRANSIENT_ERRORS:
            _log.warning("outbox.left_for_later")

    async def relay_once(self) -> int:
        """Publishes one batch of due rows; returns how many were confirmed. Rows that another replica holds
        are passed over. A row goes when its event is safe: confirmed, or on the in-process transport settled.
        """
        settled = list(self._outbox.settled)
        async with self._outbox.database.transaction() as tx:
            if settled:
                await _delete(tx, settled)
            due = await _due_rows(tx, self._outbox.in_flight)
            rows = [row for row in due if row["id"] not in self._outbox.in_flight]
            if rows:
                reach("relay.before_publish")
            outcomes = await asyncio.gather(*(self._publish(row) for row in rows))
            if rows:
                reach("relay.after_confirm")
                await self._note(tx, list(zip(rows, outcomes, strict=True)))
        self._outbox.in_flight.difference_update(settled)
        self._outbox.settled = [row_id for row_id in self._outbox.settled if row_id not in settled]
        confirmed = outcomes.count(None)
        OUTBOX_PUBLISHED.inc(confirmed)
        OUTBOX_RETURNED.inc(len(rows) - confirmed)
        return confirmed

    async def _note(self, tx: Transaction, published: Sequence[tuple[Row, NotPublished | None]]) -> None:
        confirmed = [row for row, trouble in published if trouble is None]
        safe = [row["id"] for row in confirmed if not self._waits_for_consumers(row)]
        unwanted = [row["id"] for row, trouble in published if isinstance(trouble, Unroutable | Rejected)]
        if safe:
            await _delete(tx, safe)
        if unwanted:
            await _postpone(tx, unwanted)

    def _waits_for_consumers(self, row: Row) -> bool:
        """Whether the row must stay until they have committed. This process publishes it no more until
        then.
        """
        row_id: int = row["id"]

        def settle() -> None:
            self._outbox.settled.append(row_id)
            self._outbox.woken.set()

        self._outbox.in_flight.add(row_id)
        waits = self._bus.when_settled(row["message_id"], settle)
        if not waits:
            self._outbox.in_flight.discard(row_id)
        return waits

    async def measure(self, service: str) -> None:
        """Sets the gauges of this outbox."""
        async with self._outbox.database.transaction() as tx:
            now = await waiting(tx)
        OUTBOX_ROWS.labels(service).set(now.rows)
        OUTBOX_OLDEST_SECONDS.labels(service).set(now.oldest_seconds)

    async def _publish(self, row: Row) -> NotPublished | None:
        """None when confirmed. A row that no queue takes waits before its next turn; trouble of the bus is no
        fault of the row.
        """
        message = Outgoing(
            exchange=row["exchange"],
            routing_key=row["routing_key"],
            type=row["type"],
            message_id=row["message_id"],
            body=row["body"],
            persistent=True,
            mandatory=row["mandatory"],
        )
        try:
            await self._bus.publish(message, within=CONFIRM_WITHIN)
        except NotPublished as error:
            _log.warning(
                "outbox.kept",
                type=row["type"],
                message_id=str(row["message_id"]),
                reason=type(error).__name__,
            )
            return error
        return None

    async def _sleep_until_woken(self) -> None:
        try:
            async with asyncio.timeout(POLL_EVERY):
                await self._outbox.woken.wait()
        except TimeoutError:
            pass
        self._outbox.woken.clear()


async def _due_rows(tx: Transaction, but: Collection[int]) -> Sequence[Row]:
    statement = """
        SELECT id, message_id, type, exchange, routing_key, mandatory, body FROM outbox
        WHERE not_before <= now() AND id <> ALL($2::bigint[]) ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
    """
    return await tx.fetch(statement, BATCH, list(but))


async def _delete(tx: Transaction, ids: Sequence[int]) -> None:
    await tx.execute("DELETE FROM outbox WHERE id = ANY($1::bigint[])", ids)


async def _postpone(tx: Transaction, ids: Sequence[int]) -> None:
    statement = """
        UPDATE outbox
        SET attempts = attempts + 1, not_before = now() + make_interval(secs => least($2, power(2, attempts)))
        WHERE id = ANY($1::bigint[])
    """
    await tx.execute(statement, ids, _LONGEST_BACKOFF)


@dataclass(frozen=True)
class Waiting:
    """What waits in one outbox; all is zero and empty when nothing does."""

    rows: int
    oldest_seconds: float
    most_attempts: int
    types: Mapping[str, int]


async def waiting(tx: Transaction) -> Waiting:
    """What waits in this database's outbox now, by the database's clock."""
    statement = """
        SELECT type, count(*) AS rows, max(attempts) AS attempts,
            extract(epoch FROM now() - min(created_at))::float AS oldest
        FROM outbox GROUP BY type ORDER BY type
    """
    found = await tx.fetch(statement)
    return Waiting(
        rows=sum(row["rows"] for row in found),
        oldest_seconds=max((row["oldest"] for row in found), default=0.0),
        most_attempts=max((row["attempts"] for row in found), default=0),
        types={row["type"]: row["rows"] for row in found},
    )
