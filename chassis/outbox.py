"""The outbox: an event is a row of the same transaction as the change it tells of; a relay publishes it afterwards (ADR 0002).

Order is not promised. A crash between confirm and delete publishes a row again with the same message_id; the inbox eats it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from chassis.bus import Bus, NotPublished
from chassis.db import Database, DatabaseDown, Row, Transaction
from chassis.message import Event, Outgoing
from chassis.metrics import OUTBOX_PUBLISHED, OUTBOX_RETURNED
from chassis.tokens import new_key
from chassis.topology import BROADCAST, EVENTS

_log = structlog.get_logger(__name__)

BATCH = 100
CONFIRM_WITHIN = 5.0  # seconds
POLL_EVERY = 1.0  # seconds: finds what a crashed replica left
_LONGEST_BACKOFF = 60  # seconds


class Outbox:
    """Takes events inside the caller's transaction, and wakes the relay of this process after the commit."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.woken = asyncio.Event()
        self._added = False
        database.after_commit(self._wake)

    async def add(self, tx: Transaction, event: Event) -> None:
        """The event will be published at least once if, and only if, the transaction commits."""
        statement = """
            INSERT INTO outbox (message_id, type, exchange, routing_key, mandatory, body) VALUES ($1, $2, $3, $4, $5, $6)
        """
        exchange, routing_key = (BROADCAST, "") if event.broadcast else (EVENTS, event.type_name)
        body = event.model_dump_json().encode()
        await tx.execute(statement, new_key(), event.type_name, exchange, routing_key, not event.broadcast, body)
        self._added = True

    def _wake(self) -> None:
        if self._added:
            self._added = False
            self.woken.set()


class Relay:
    """Publishes the rows of one outbox, a batch pipelined on one channel, and deletes those that were confirmed."""

    def __init__(self, outbox: Outbox, bus: Bus) -> None:
        self._outbox = outbox
        self._bus = bus

    async def run(self) -> None:
        """Works until cancelled. While the bus or the database is away the rows stay, and no transaction is held open."""
        while True:
            try:
                full = await self.relay_once() == BATCH if self._bus.problem() is None else False
            except (*DatabaseDown, TimeoutError) as error:
                _log.warning("outbox.database_away", error=type(error).__name__)
                full = False
                await asyncio.sleep(POLL_EVERY)
            if not full:
                await self._sleep_until_woken()

    async def relay_once(self) -> int:
        """Publishes one batch of due rows; returns how many were due. Rows that another replica holds are passed over."""
        async with self._outbox.database.transaction() as tx:
            rows = await _due_rows(tx)
            if not rows:
                return 0
            outcomes = await asyncio.gather(*(self._publish(row) for row in rows))
            confirmed = [row["id"] for row, well in zip(rows, outcomes, strict=True) if well]
            kept = [row["id"] for row, well in zip(rows, outcomes, strict=True) if not well]
            await tx.execute("DELETE FROM outbox WHERE id = ANY($1::bigint[])", confirmed)
            await _postpone(tx, kept)
        OUTBOX_PUBLISHED.inc(len(confirmed))
        OUTBOX_RETURNED.inc(len(kept))
        return len(rows)

    async def _publish(self, row: Row) -> bool:
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
            _log.warning("outbox.kept", type=row["type"], message_id=str(row["message_id"]), reason=type(error).__name__)
            return False
        return True

    async def _sleep_until_woken(self) -> None:
        try:
            async with asyncio.timeout(POLL_EVERY):
                await self._outbox.woken.wait()
        except TimeoutError:
            pass
        self._outbox.woken.clear()


async def _due_rows(tx: Transaction) -> Sequence[Row]:
    statement = """
        SELECT id, message_id, type, exchange, routing_key, mandatory, body FROM outbox
        WHERE not_before <= now() ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
    """
    return await tx.fetch(statement, BATCH)


async def _postpone(tx: Transaction, ids: Sequence[int]) -> None:
    statement = """
        UPDATE outbox SET attempts = attempts + 1, not_before = now() + make_interval(secs => least($2, power(2, attempts)))
        WHERE id = ANY($1::bigint[])
    """
    await tx.execute(statement, ids, _LONGEST_BACKOFF)
