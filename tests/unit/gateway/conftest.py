"""The real portal on the in-process bus; the services at the other end are scripted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from support.raw_http import Serve
from support.scripted_services import SESSION, Browser, Services, StartPortal, the_account

from chassis.messaging.memory import MemoryBus
from chassis.process.settings import load
from chassis.web.guarded_server import GuardedRunner
from gateway.app import build_app
from gateway.settings import Settings
from messages.account_settings import ShowOwnAccount
from messages.identity import LogIn, ShowSession
from messages.topology import TOPOLOGY
from mypage.local.key_ring import KeyRing


@pytest.fixture
async def services() -> AsyncIterator[Services]:
    """All services are there; each request is a fault until the test says otherwise."""
    made = Services(MemoryBus(TOPOLOGY))
    await made.listen()
    yield made
    await made.bus.close()


@pytest.fixture
async def start_portal() -> AsyncIterator[StartPortal]:
    """`await start_portal(bus, public_url=...)` gives a browser for a portal on that bus."""
    clients: list[TestClient[Any, Any]] = []

    async def start(bus: MemoryBus, **changed: object) -> Browser:
        given = {
            "amqp_url": "amqp://none",
            "public_url": "http://127.0.0.1:8080",
            **KeyRing.generate().settings_of("gateway"),
            **changed,
        }
        client = TestClient(
            TestServer(await build_app(load(Settings, **given), bus)), cookie_jar=CookieJar(unsafe=True)
        )
        await client.start_server()
        clients.append(client)
        return Browser(client)

    yield start
    for client in clients:
        await client.close()


@pytest.fixture
async def browser(start_portal: StartPortal, services: Services) -> Browser:
    """A browser at the portal, with all services there."""
    return await start_portal(services.bus)


@pytest.fixture
async def logged_in(browser: Browser, services: Services) -> Browser:
    """A browser with a living session."""
    services.answer(LogIn, SESSION)
    services.answer(ShowSession, SESSION)
    services.says[ShowOwnAccount] = the_account
    answer = await browser.post("/login", account_id="taro-01", password="x")
    assert answer.headers["Location"] == "/menu"
    return browser


@pytest.fixture
async def serve(services: Services) -> AsyncIterator[Serve]:
    """The portal behind its own server, on real sockets."""
    runners: list[GuardedRunner] = []

    async def start(**changed: object) -> int:
        given = {"amqp_url": "amqp://none", "public_url": "http://127.0.0.1:8080"}
        settings = load(Settings, **given, **KeyRing.generate().settings_of("gateway"), **changed)
        runner = GuardedRunner(
            await build_app(settings, services.bus), settings.server_limits, shutdown_timeout=1
        )
        await runner.setup()
        runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return int(runner.addresses[0][1])

    yield start
    for runner in runners:
        await runner.cleanup()
