"""A subscription comes back with its connection, whatever it was busy with when that was lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from support.hanging_billing import listening_client
from support.virtual_host import a_virtual_host

from chassis.messaging.rabbit import RabbitBus, consuming
from mypage.local.rabbitmq import PrivateRabbit


async def test_a_look_that_is_never_answered_does_not_keep_a_consumer_from_coming_back(
    rabbit: PrivateRabbit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question went with its connection; replies reach the process again at once."""
    original, asked, hangs = consuming._declare, asyncio.Event(), False

    async def declare(channel: Any, queue: Any) -> Any:
        if hangs and not asked.is_set():
            asked.set()
            await asyncio.Event().wait()
        return await original(channel, queue)

    monkeypatch.setattr(consuming, "_declare", declare)
    monkeypatch.setattr(consuming, "LOOKS_AGAIN_EVERY", 0.05)
    monkeypatch.setattr(consuming, "_LOOK_WITHIN", 3600)
    vhost = await a_virtual_host(rabbit)
    bus = RabbitBus(rabbit.url("gateway", "gatewaypw", vhost))
    bus.start()
    client = await listening_client(bus)
    hangs = True
    async with asyncio.timeout(30):
        await asked.wait()
        assert bus._consuming.connection is not None
        await bus._consuming.connection.close()
        while client.listening.is_set():
            await asyncio.sleep(0.01)
        await client.listening.wait()
    await client.stop()
    await bus.close()
    await rabbit.api("DELETE", f"/api/vhosts/{vhost}")
