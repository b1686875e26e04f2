"""One suite for both transports: what a `Bus` promises, the in-process one and RabbitMQ keep alike."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from support.deliveries import EVENT, IDENTITY, Seen, an_event

from chassis.messaging.bus import Unroutable
from chassis.messaging.memory import MemoryBus
from chassis.messaging.topology import (
    DEAD,
    RETRY_DELAYS,
    Queue,
    QueueKind,
    dead_queue,
    retry_exchange,
)


async def test_a_published_event_reaches_the_queue_that_is_bound_to_it(bus_of: Any) -> None:
    """Body, type, id and headers arrive as they left."""
    sender = await bus_of("registration")
    receiver = await bus_of("identity")
    seen = Seen()
    await receiver.consume(IDENTITY, seen, at_most=5)
    sent = an_event(body=b'{"a": 1}', headers={"x-attempt": 2})
    await sender.publish(sent, within=5)
    delivery = await seen.next()
    got = delivery.message
    assert (got.type, got.message_id, got.body, got.headers["x-attempt"]) == (
        EVENT,
        str(sent.message_id),
        b'{"a": 1}',
        2,
    )
    await delivery.ack()


async def test_an_event_that_no_queue_wants_is_unroutable(bus_of: Any) -> None:
    """Mandatory: the publisher is told."""
    sender = await bus_of("registration")
    with pytest.raises(Unroutable):
        await sender.publish(an_event(routing_key="registration.nobody_hears_this.v1"), within=5)


async def test_a_broadcast_without_listeners_is_no_fault(bus_of: Any) -> None:
    """Not mandatory: nobody there, nothing said."""
    sender = await bus_of("identity")
    await sender.publish(
        an_event(exchange="mypage.broadcast", routing_key="", mandatory=False, persistent=False), within=5
    )


async def test_a_dead_letter_lies_in_the_queue_of_the_dead(bus_of: Any) -> None:
    """As our copy with the reason."""
    receiver, dead = await bus_of("identity"), Seen()
    await receiver.publish(
        an_event(exchange=DEAD, routing_key=IDENTITY.name, headers={"x-error-type": "Poison"}), within=5
    )
    operator = await bus_of("operator")
    await operator.consume(Queue(dead_queue(IDENTITY.name), QueueKind.WORK), dead, at_most=5)
    dead_letter = await dead.next()
    assert dead_letter.message.headers["x-error-type"] == "Poison"
    await dead_letter.ack()


async def test_a_message_in_the_waiting_room_returns_to_its_own_work_queue(
    bus_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ladder is shared by all services; the routing key brings each message home after its delay."""
    receiver, seen = await bus_of("identity"), Seen()
    await receiver.consume(IDENTITY, seen, at_most=5)
    began = time.monotonic()
    await receiver.publish(
        an_event(exchange=retry_exchange("10s"), routing_key=IDENTITY.name, headers={"x-attempt": 2}),
        within=5,
    )
    delivery = await asyncio.wait_for(seen.deliveries.get(), 20)
    assert time.monotonic() - began >= RETRY_DELAYS["10s"] - 0.5
    assert delivery.message.headers["x-attempt"] == 2
    assert delivery.message.queue == IDENTITY.name
    await delivery.ack()


async def test_only_rabbitmq_says_who_published(bus_of: Any) -> None:
    """The broker verifies the name; in one process nobody does."""
    sender = await bus_of("registration")
    receiver = await bus_of("identity")
    seen = Seen()
    await receiver.consume(IDENTITY, seen, at_most=5)
    await sender.publish(an_event(), within=5)
    delivery = await seen.next()
    assert receiver.names_senders == (not isinstance(receiver, MemoryBus))
    assert delivery.message.sender == ("registration" if receiver.names_senders else None)
    await delivery.ack()
