"""An event that a component hears, and a consumer that collects what it is given: for tests of a bus."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

from chassis.messaging.bus import Delivery
from chassis.messaging.message import Outgoing
from chassis.messaging.topology import EVENTS, events_queue

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

    async def next_two(self) -> list[Delivery]:
        first = await self.next()
        second = await self.next()
        return [first, second]

    async def acknowledge_next(self) -> None:
        delivery = await self.next()
        await delivery.ack()

    async def nothing_for(self, seconds: float) -> bool:
        await asyncio.sleep(seconds)
        return self.deliveries.empty()
