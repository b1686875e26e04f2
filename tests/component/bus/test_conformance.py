"""One suite for both transports: what a `Bus` promises, the in-process one and RabbitMQ keep alike."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from uuid import uuid4

import pytest

from chassis.messaging.bus import Delivery, Rejected, Unroutable
from chassis.messaging.memory import MemoryBus
from chassis.messaging.message import Outgoing
from chassis.messaging.topology import (
    DEAD,
    EVENTS,
    RETRY_DELAYS,
    RPC_MAX_LENGTH,
    Queue,
    QueueKind,
    dead_queue,
    events_queue,
    retry_exchange,
)

EVENT = "registration.account_activated.v1"
IDENTITY = events_queue("identity")


def an_event(**changed: Any) -> Outgoing:
    """An event that identity hears."""
    values = {
        "exchange": EVENTS,
        "routing_key": EVENT,
        "type": EVENT,
        "message_id": uuid4(),
        "body": b"{}",
        "persistent": True,
    }
    return Outgoing(**(values | changed))


class Seen:
    """Collects deliveries, and waits for them."""

    def __init__(self) -> None:
        self.deliveries: asyncio.Queue[Delivery] = asyncio.Queue()

    def __call__(self, delivery: Delivery) -> None:
        self.deliveries.put_nowait(delivery)

    async def next(self) -> Delivery:
        return await asyncio.wait_for(self.deliveries.get(), 10)

    async def nothing_for(self, seconds: float) -> bool:
        await asyncio.sleep(seconds)
        return self.deliveries.empty()


async def test_a_published_event_reaches_the_queue_that_is_bound_to_it(bus_of: Any) -> None:
    """Body, type, id and headers arrive as they left."""
    sender, receiver, seen = await bus_of("registration"), await bus_of("identity"), Seen()
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


async def test_a_request_to_a_service_that_is_not_there_is_unroutable_at_once(bus_of: Any) -> None:
    """The queue goes with its last consumer, so a caller need not wait for a deadline (D4)."""
    caller, service, seen = await bus_of("gateway"), await bus_of("billing"), Seen()
    queue = Queue("billing.rpc", QueueKind.RPC, (("billing.rpc", "billing.rpc"),))
    call = an_event(exchange="billing.rpc", routing_key="billing.rpc", persistent=False)
    with pytest.raises(Unroutable):
        await caller.publish(call, within=5)
    consumer = await service.consume(queue, seen, at_most=5)
    await caller.publish(call, within=5)
    await (await seen.next()).ack()
    await consumer.cancel()
    with pytest.raises(Unroutable):
        await caller.publish(
            an_event(exchange="billing.rpc", routing_key="billing.rpc", persistent=False), within=5
        )


async def test_no_more_than_the_agreed_number_is_in_hand(bus_of: Any) -> None:
    """Prefetch is respected; each acknowledgement lets one more in."""
    sender, receiver, seen = await bus_of("registration"), await bus_of("identity"), Seen()
    await receiver.consume(IDENTITY, seen, at_most=2)
    for _ in range(3):
        await sender.publish(an_event(), within=5)
    first, second = await seen.next(), await seen.next()
    assert await seen.nothing_for(0.3)
    await first.ack()
    await (await seen.next()).ack()
    await second.ack()


async def test_a_requeued_message_comes_again_and_says_so(bus_of: Any) -> None:
    """At least once."""
    sender, receiver, seen = await bus_of("registration"), await bus_of("identity"), Seen()
    await receiver.consume(IDENTITY, seen, at_most=5)
    await sender.publish(an_event(), within=5)
    first = await seen.next()
    assert not first.message.redelivered
    await first.requeue()
    second = await seen.next()
    assert second.message.redelivered
    assert second.message.message_id == first.message.message_id
    await second.ack()


async def test_a_dead_letter_lies_in_the_queue_of_the_dead(bus_of: Any) -> None:
    """As our copy with the reason."""
    receiver, dead = await bus_of("identity"), Seen()
    await receiver.publish(
        an_event(exchange=DEAD, routing_key=IDENTITY.name, headers={"x-error-type": "Poison"}), within=5
    )
    undertaker = await bus_of("operator")
    await undertaker.consume(Queue(dead_queue(IDENTITY.name), QueueKind.WORK), dead, at_most=5)
    buried = await dead.next()
    assert buried.message.headers["x-error-type"] == "Poison"
    await buried.ack()


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


async def test_a_request_that_waited_longer_than_its_time_is_dropped(bus_of: Any) -> None:
    """Nobody works for a caller who has given up."""
    caller, service, seen = await bus_of("gateway"), await bus_of("billing"), Seen()
    queue = Queue("billing.rpc", QueueKind.RPC, (("billing.rpc", "billing.rpc"),))
    await service.consume(queue, seen, at_most=1)
    call = {"exchange": "billing.rpc", "routing_key": "billing.rpc", "persistent": False}
    await caller.publish(an_event(**call), within=5)
    in_hand = await seen.next()
    await caller.publish(an_event(**call, expires_in=0.2), within=5)
    await asyncio.sleep(0.5)
    await in_hand.ack()
    assert await seen.nothing_for(0.3)


async def test_a_full_queue_rejects_and_takes_again_once_there_is_room(bus_of: Any) -> None:
    """The caller hears it at once; nothing that was taken is pushed out."""
    caller, service, seen = await bus_of("gateway"), await bus_of("billing"), Seen()
    queue = Queue("billing.rpc", QueueKind.RPC, (("billing.rpc", "billing.rpc"),))
    await service.consume(queue, seen, at_most=1)
    call = {"exchange": "billing.rpc", "routing_key": "billing.rpc", "persistent": False}
    for _ in range(RPC_MAX_LENGTH):
        await caller.publish(an_event(**call), within=10)
    with pytest.raises(Rejected):
        await _fill(caller, call)
    for _ in range(5):
        await (await seen.next()).ack()
    await seen.next()
    await caller.publish(an_event(**call), within=10)


async def _fill(caller: Any, call: dict[str, Any]) -> None:
    """What a consumer has in hand does not count, and RabbitMQ notes the length a little late."""
    for _ in range(100):
        await caller.publish(an_event(**call), within=10)


async def test_what_a_killed_consumer_held_comes_again_and_says_so(bus_of: Any) -> None:
    """Its process died with two in hand; another one gets both."""
    sender, receiver, seen, other = await bus_of("registration"), await bus_of("identity"), Seen(), Seen()
    consumer = await receiver.consume(IDENTITY, seen, at_most=5)
    sent = [an_event(), an_event()]
    for each in sent:
        await sender.publish(each, within=5)
    held = [await seen.next(), await seen.next()]
    await (consumer.kill() if isinstance(receiver, MemoryBus) else receiver.close())
    assert not consumer.is_live
    await (await bus_of("identity")).consume(IDENTITY, other, at_most=5)
    again = [await other.next(), await other.next()]
    assert {each.message.message_id for each in again} == {str(each.message_id) for each in sent}
    assert all(each.message.redelivered for each in again)
    await held[0].ack()  # the dead cannot take it away from the living
    for each in again:
        await each.ack()
    assert await other.nothing_for(0.3)


async def test_a_cancelled_consumer_gets_nothing_new_and_may_finish_what_it_holds(bus_of: Any) -> None:
    """This is how a process ends without doing anything twice."""
    sender, receiver, seen, next_one = await bus_of("registration"), await bus_of("identity"), Seen(), Seen()
    consumer = await receiver.consume(IDENTITY, seen, at_most=5)
    await sender.publish(an_event(), within=5)
    in_hand = await seen.next()
    assert consumer.is_live
    await consumer.cancel()
    assert not consumer.is_live
    later = an_event()
    await sender.publish(later, within=5)
    assert await seen.nothing_for(0.3)
    await in_hand.ack()
    await receiver.consume(IDENTITY, next_one, at_most=5)
    delivery = await next_one.next()
    assert (delivery.message.message_id, delivery.message.redelivered) == (str(later.message_id), False)
    await delivery.ack()
    assert await next_one.nothing_for(0.3)


async def test_only_rabbitmq_says_who_published(bus_of: Any) -> None:
    """The broker verifies the name; in one process nobody does."""
    sender, receiver, seen = await bus_of("registration"), await bus_of("identity"), Seen()
    await receiver.consume(IDENTITY, seen, at_most=5)
    await sender.publish(an_event(), within=5)
    delivery = await seen.next()
    assert receiver.names_senders == (not isinstance(receiver, MemoryBus))
    assert delivery.message.sender == ("registration" if receiver.names_senders else None)
    await delivery.ack()
