"""The outbox publishes what was committed, and only that; the inbox lets each message through once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.messaging.inbox import is_first_delivery
from chassis.messaging.memory import MemoryBus
from chassis.messaging.message import Outgoing
from chassis.messaging.outbox import Outbox, Relay
from messages.notification import MailAbandoned
from messages.topology import TOPOLOGY


class ConfirmingBus(MemoryBus):
    """Keeps what it confirmed, as a broker does: no row has to wait for its consumers. Confirms nothing
    while it is held up.
    """

    def __init__(self) -> None:
        super().__init__(TOPOLOGY)
        self.asked = asyncio.Event()
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def publish(self, message: Outgoing, *, within: float) -> None:
        """See `Bus.publish`."""
        self.asked.set()
        await self.goes_on.wait()
        await super().publish(message, within=within)

    def when_settled(self, message_id: UUID, then: Callable[[], None]) -> bool:
        """Nothing is waited for."""
        return False


async def test_an_event_of_a_rolled_back_transaction_is_never_published(fresh_database: Any) -> None:
    """Rollback takes the event with it."""
    database = await fresh_database("chassis")
    outbox, bus = Outbox(database), MemoryBus(TOPOLOGY)

    async def add_and_fail() -> None:
        async with database.transaction() as tx:
            await outbox.add(tx, MailAbandoned(registration_key=uuid4()))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await add_and_fail()
    assert await Relay(outbox, bus).relay_once() == 0
    assert bus.waiting_in("registration.events") == []


async def test_a_committed_event_reaches_the_queue_of_its_listener_once(fresh_database: Any) -> None:
    """One row, one message."""
    database = await fresh_database("chassis")
    outbox, bus = Outbox(database), MemoryBus(TOPOLOGY)
    async with database.transaction() as tx:
        await outbox.add(tx, MailAbandoned(registration_key=uuid4()))
    assert outbox.woken.is_set()
    assert await Relay(outbox, bus).relay_once() == 1
    assert [message.type for message in bus.waiting_in("registration.events")] == [
        "notification.mail_abandoned.v1"
    ]
    assert await Relay(outbox, bus).relay_once() == 0


async def test_an_event_that_nobody_hears_stays_in_the_outbox_and_is_tried_later(fresh_database: Any) -> None:
    """Nothing is lost when a publisher starts before the queues exist."""
    database = await fresh_database("chassis")
    outbox, bus = Outbox(database), MemoryBus(TOPOLOGY)
    bus.delete("registration.events")
    async with database.transaction() as tx:
        await outbox.add(tx, MailAbandoned(registration_key=uuid4()))
    await Relay(outbox, bus).relay_once()
    async with database.transaction() as tx:
        assert await tx.fetchval("SELECT attempts FROM outbox") == 1
        assert await tx.fetchval("SELECT not_before > now() FROM outbox")


async def test_replicas_publish_each_event_of_their_database_once(fresh_database: Any) -> None:
    """SKIP LOCKED keeps replicas out of a batch that waits for its confirms."""
    database = await fresh_database("chassis")
    slow, quick = ConfirmingBus(), ConfirmingBus()
    async with database.transaction() as tx:
        for _ in range(150):
            await Outbox(database).add(tx, MailAbandoned(registration_key=uuid4()))

    slow.goes_on.clear()
    first = asyncio.create_task(Relay(Outbox(database), slow).relay_once())
    await slow.asked.wait()
    others = [await Relay(Outbox(database), quick).relay_once() for _ in range(2)]
    slow.goes_on.set()
    assert [await first, *others] == [100, 50, 0]
    published = {
        message.message_id for bus in (slow, quick) for message in bus.waiting_in("registration.events")
    }
    assert len(published) == 150


async def test_the_inbox_lets_a_message_through_once_even_to_twins_at_the_same_time(
    fresh_database: Any,
) -> None:
    """The insert decides; the twin waits for it."""
    database = await fresh_database("chassis")
    message_id, first = str(uuid4()), []

    async def handle() -> None:
        async with database.transaction() as tx:
            first.append(await is_first_delivery(tx, consumer="registration", message_id=message_id))
            await asyncio.sleep(0.02)

    await asyncio.gather(*(handle() for _ in range(5)))
    assert sorted(first) == [False, False, False, False, True]
