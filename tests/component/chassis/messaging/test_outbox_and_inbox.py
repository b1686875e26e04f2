"""The outbox publishes what was committed, and only that; the inbox lets each message through once."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from chassis.messaging.inbox import is_first_delivery
from chassis.messaging.memory import MemoryBus
from chassis.messaging.outbox import Outbox, Relay
from messages.notification import MailAbandoned
from messages.topology import TOPOLOGY


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


async def test_two_relays_of_one_outbox_publish_each_event_once(fresh_database: Any) -> None:
    """SKIP LOCKED keeps replicas out of each other's batch."""
    database = await fresh_database("chassis")
    outbox, bus = Outbox(database), MemoryBus(TOPOLOGY)
    async with database.transaction() as tx:
        for _ in range(150):
            await outbox.add(tx, MailAbandoned(registration_key=uuid4()))
    await asyncio.gather(*(Relay(outbox, bus).relay_once() for _ in range(3)))
    published = [message.message_id for message in bus.waiting_in("registration.events")]
    assert len(published) == len(set(published)) == 150


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
