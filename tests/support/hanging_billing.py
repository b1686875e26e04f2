"""A billing that answers when a test says so, and a caller of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from chassis.messaging.bus import Delivery
from chassis.messaging.rpc_client import RpcClient
from chassis.messaging.rpc_protocol import answer
from chassis.messaging.shared_messages import apart
from messages.billing import ChargesListed, ListCharges
from messages.values import BillingMonth

QUERY = ListCharges(session_assertion="")
LISTED = ChargesListed(statements=(), listed_months=12, first_listed_month=BillingMonth(2020, 7))


async def _nothing() -> None:
    """A call of a shared message is not acknowledged by itself."""


class Billing:
    """Takes every request and answers when it is told to."""

    def __init__(self, bus: Any) -> None:
        self.bus = bus
        self.in_hand: asyncio.Queue[Delivery] = asyncio.Queue()
        self.answers_at_once = False
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self, delivery: Delivery) -> None:
        calls = apart(delivery.message)
        for call in calls:
            self._take(delivery if len(calls) == 1 else replace(delivery, message=call, ack=_nothing))

    def _take(self, delivery: Delivery) -> None:
        if self.answers_at_once:
            task = asyncio.create_task(self.reply(delivery))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            self.in_hand.put_nowait(delivery)

    async def reply(self, delivery: Delivery) -> None:
        await self.bus.publish(answer(delivery.message, LISTED), within=5)
        await delivery.ack()


async def listening_client(bus: Any) -> RpcClient:
    """A caller that hears its replies."""
    rpc = RpcClient(bus, process="gateway")
    await rpc.start()
    async with asyncio.timeout(10):
        while not rpc.listening.is_set():
            await asyncio.sleep(0.01)
    return rpc
