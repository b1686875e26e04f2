"""One suite for both transports: request queues live with their service and never hold what is late."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from support.deliveries import Seen, an_event

from chassis.messaging.bus import Rejected, Unroutable
from chassis.messaging.topology import RPC_MAX_LENGTH, Queue, QueueKind


async def test_a_request_to_a_service_that_is_not_there_is_unroutable_at_once(bus_of: Any) -> None:
    """The queue goes with its last consumer, so a caller need not wait for a deadline (D4)."""
    caller = await bus_of("gateway")
    service = await bus_of("billing")
    seen = Seen()
    queue = Queue("billing.rpc", QueueKind.RPC, (("billing.rpc", "billing.rpc"),))
    call = an_event(exchange="billing.rpc", routing_key="billing.rpc", persistent=False)
    with pytest.raises(Unroutable):
        await caller.publish(call, within=5)
    consumer = await service.consume(queue, seen, at_most=5)
    await caller.publish(call, within=5)
    await seen.acknowledge_next()
    await consumer.cancel()
    with pytest.raises(Unroutable):
        await caller.publish(
            an_event(exchange="billing.rpc", routing_key="billing.rpc", persistent=False), within=5
        )


async def test_a_request_that_waited_longer_than_its_time_is_dropped(bus_of: Any) -> None:
    """Nobody works for a caller who has given up."""
    caller = await bus_of("gateway")
    service = await bus_of("billing")
    seen = Seen()
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
    caller = await bus_of("gateway")
    service = await bus_of("billing")
    seen = Seen()
    queue = Queue("billing.rpc", QueueKind.RPC, (("billing.rpc", "billing.rpc"),))
    await service.consume(queue, seen, at_most=1)
    call = {"exchange": "billing.rpc", "routing_key": "billing.rpc", "persistent": False}
    for _ in range(RPC_MAX_LENGTH):
        await caller.publish(an_event(**call), within=10)
    with pytest.raises(Rejected):
        await _fill(caller, call)
    for _ in range(5):
        await seen.acknowledge_next()
    await seen.next()
    await caller.publish(an_event(**call), within=10)


async def _fill(caller: Any, call: dict[str, Any]) -> None:
    """What a consumer has in hand does not count, and RabbitMQ notes the length a little late."""
    for _ in range(100):
        await caller.publish(an_event(**call), within=10)
