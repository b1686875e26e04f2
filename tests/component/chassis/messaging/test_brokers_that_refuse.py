"""A broker that is there and takes nothing: what it holds against us is named, and mended without a restart.
Alarms are noticed by who has nothing to say, too.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from faults.cluster import rabbitmqctl
from support.virtual_host import a_virtual_host

from chassis.messaging.rabbit import RabbitBus, publishing
from chassis.messaging.topology import REPLIES, rpc_exchange
from gateway.readiness import Readiness
from mypage.local.ports import free_ports
from mypage.local.rabbitmq import PrivateRabbit
from mypage.local.rabbitmq_node import Node

REFUSED = "the broker refuses access: the user or the password is wrong"
NO_SUCH_HOST = "the broker refuses access: no such virtual host, or no right to it"
BLOCKED = "the broker blocks publishers: an alarm of its disk or memory"


@pytest.fixture
async def started() -> AsyncIterator[Callable[..., RabbitBus]]:
    """Starts a bus; all are closed afterwards."""
    opened: list[RabbitBus] = []

    def start(url: str, **options: Any) -> RabbitBus:
        bus = RabbitBus(url, **options)
        bus.start()
        opened.append(bus)
        return bus

    yield start
    for bus in opened:
        await bus.close()


async def until(expected: str | None, bus: RabbitBus, seconds: float = 60) -> None:
    """Waits until that is its problem."""
    async with asyncio.timeout(seconds):
        while bus.problem() != expected:
            await asyncio.sleep(0.05)


async def test_a_wrong_password_is_named_and_mended_without_a_restart(
    rabbit: PrivateRabbit, started: Callable[..., RabbitBus]
) -> None:
    """And no gateway is ready before its first log-in."""
    vhost = await a_virtual_host(rabbit)
    await rabbit.api("PUT", "/api/users/late", {"password": "latepw", "tags": ""})
    rights = {"configure": "", "write": "", "read": ""}
    await rabbit.api("PUT", f"/api/permissions/{vhost}/late", rights)
    bus, hears = started(rabbit.url("late", "wrong", vhost)), asyncio.Event()
    hears.set()
    gateway = Readiness(bus, hears)
    assert await gateway.problem() is not None
    await until(REFUSED, bus)
    assert (bus.refusal(), await gateway.problem()) == (REFUSED, REFUSED)
    await rabbit.api("PUT", "/api/users/late", {"password": "wrong", "tags": ""})
    await until(None, bus)
    assert await gateway.problem() is None


async def test_a_virtual_host_that_is_not_there_is_named(
    rabbit: PrivateRabbit, started: Callable[..., RabbitBus]
) -> None:
    """Or that this user may not see."""
    await a_virtual_host(rabbit)  # makes the users
    await until(NO_SUCH_HOST, started(rabbit.url("billing", "billingpw", "nowhere")))


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("127.0.0.1", "nothing listens at the broker's address"),
        ("nowhere.invalid", "the broker's host name is not known"),
    ],
)
async def test_an_address_where_nobody_is_is_said_to_be_one(
    started: Callable[..., RabbitBus], host: str, reason: str
) -> None:
    """That is no refusal: it may come."""
    [port] = free_ports(1)
    bus = started(f"amqp://a:b@{host}:{port}/")
    await until(reason, bus)
    assert bus.refusal() is None


async def test_an_alarm_is_noticed_by_who_has_nothing_to_say(
    rabbit: PrivateRabbit,
    run_directory: Path,
    started: Callable[..., RabbitBus],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A service, and a gateway, with the rights that each has; both know of its end, too."""
    monkeypatch.setattr(publishing, "KNOCKS_EVERY", 0.3)
    vhost, node = await a_virtual_host(rabbit), Node.of(run_directory / "rabbit", "mypage")
    buses = [
        started(rabbit.url(user, quote(f"{user}pw"), vhost), knocks_at=exchange)
        for user, exchange in (("billing", REPLIES), ("gateway", rpc_exchange("identity")))
    ]
    for bus in buses:
        await until(None, bus)
    await rabbitmqctl(node, "set_disk_free_limit", "9000GB")
    try:
        for bus in buses:
            await until(BLOCKED, bus)
            assert bus.refusal() == BLOCKED
    finally:
        await rabbitmqctl(node, "set_disk_free_limit", "50MB")
    for bus in buses:
        await until(None, bus)
    await asyncio.sleep(1)  # it knocks again, and no exchange or right is missing
    assert [bus.problem() for bus in buses] == [None, None]
