"""The two transports behind one fixture: every conformance test runs on both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import quote

import pytest
from support.virtual_host import a_virtual_host

from chassis.messaging.bus import Bus
from chassis.messaging.memory import MemoryBus
from chassis.messaging.rabbit import RabbitBus
from messages.topology import TOPOLOGY
from mypage.local.rabbitmq import PrivateRabbit


@pytest.fixture(params=["memory", "rabbit"])
async def bus_of(
    request: pytest.FixtureRequest, rabbit: PrivateRabbit
) -> AsyncIterator[Callable[[str], Awaitable[Bus]]]:
    """`await bus_of("identity")`: the bus as that component's user sees it."""
    if request.param == "memory":
        shared = MemoryBus(TOPOLOGY)

        async def same(user: str) -> Bus:
            return shared

        yield same
        await shared.close()
        return
    vhost = await a_virtual_host(rabbit)
    opened: list[RabbitBus] = []

    async def own(user: str) -> Bus:
        bus = RabbitBus(rabbit.url(user, quote(f"{user}pw"), vhost))
        bus.start()
        opened.append(bus)
        while bus.problem():
            await asyncio.sleep(0.02)
        return bus

    yield own
    for bus in opened:
        await bus.close()
    await rabbit.api("DELETE", f"/api/vhosts/{vhost}")
