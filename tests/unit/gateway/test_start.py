"""When a new gateway opens its port."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from support.scripted_services import Browser, Services, StartPortal

from chassis.messaging.memory import MemoryBus
from messages.identity import LogIn
from messages.topology import TOPOLOGY


class BusThatComesUp(MemoryBus):
    """Nobody can listen on it until it `is_up_now`."""

    def __init__(self) -> None:
        super().__init__(TOPOLOGY)
        self.is_up_now = asyncio.Event()

    async def consume(self, *given: Any, **named: Any) -> Any:
        """As soon as it is up."""
        await self.is_up_now.wait()
        return await super().consume(*given, **named)


async def test_a_new_gateway_opens_when_its_questions_can_be_answered(start_portal: StartPortal) -> None:
    """Otherwise the first customers of each rolling restart would read 503."""
    services = Services(BusThatComesUp())
    starting = asyncio.create_task(start_portal(services.bus))
    await asyncio.sleep(0.1)
    assert not starting.done()
    services.bus.is_up_now.set()  # type: ignore[attr-defined]
    await services.listen()
    services.refuse(LogIn, "wrong_credentials")
    browser: Browser = await starting
    assert (await browser.post("/login", account_id="taro-01", password="x")).status == 422


async def test_a_gateway_whose_broker_is_away_opens_all_the_same_and_says_so(
    start_portal: StartPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page with a reference id is better than a refused connection."""
    monkeypatch.setattr("gateway.app._ASKS_WITHIN", 0.05)
    browser = await start_portal(BusThatComesUp())
    assert (await browser.post("/login", account_id="taro-01", password="x")).status == 503
