"""A part of the definitions goes missing on a running broker: the readiness page names it, and it heals
without a restart (F17).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import pytest
from support.virtual_host import USERS, a_virtual_host

from chassis.messaging.bus import BusDown, NotPublished, Unroutable
from chassis.messaging.message import Incoming, Lane, Outgoing
from chassis.messaging.rabbit import RabbitBus, consuming
from chassis.messaging.rabbit.definitions import definitions
from chassis.messaging.topology import EVENTS, events_queue, rpc_queue
from messages.topology import TOPOLOGY
from mypage.local.rabbitmq import PrivateRabbit

EVENT = "registration.account_activated.v1"
IDENTITY = events_queue("identity")


def an_event() -> Outgoing:
    """An event that identity hears."""
    return Outgoing(EVENTS, EVENT, EVENT, uuid4(), b"{}", persistent=True)


class Host:
    """A virtual host from which an administrator takes things away."""

    def __init__(self, rabbit: PrivateRabbit, name: str) -> None:
        self.rabbit = rabbit
        self.name = name
        self.opened: list[RabbitBus] = []
        self.got: list[Incoming] = []

    async def bus(self, user: str) -> RabbitBus:
        bus = RabbitBus(self.rabbit.url(user, f"{user}pw", self.name))
        bus.start()
        self.opened.append(bus)
        await until(lambda: bus.problem() is None)
        return bus

    async def identity(self) -> tuple[RabbitBus, Any]:
        """A bus with a subscription to identity's events."""
        bus = await self.bus("identity")
        return bus, await bus.consume(IDENTITY, self._on_delivery, at_most=5)

    def _on_delivery(self, delivery: Any) -> None:
        self.got.append(delivery.message)
        asyncio.get_running_loop().create_task(delivery.ack())

    async def delete(self, what: str) -> None:
        await self.rabbit.api("DELETE", f"/api/{what.format(self.name)}")

    async def restore(self) -> None:
        """The definitions are loaded again."""
        document = definitions(TOPOLOGY, passwords={user: f"{user}pw" for user in USERS}, vhost=self.name)
        await self.rabbit.api("POST", "/api/definitions", document)

    async def allow(self, user: str, **permissions: str) -> None:
        """Sets a user's permissions; what is not named is refused."""
        body = {"configure": "^$", "write": "^$", "read": "^$"} | permissions
        await self.rabbit.api("PUT", f"/api/permissions/{self.name}/{user}", body)


async def until(true: Callable[[], object], seconds: float = 40) -> None:
    """Waits for it."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.02)


@pytest.fixture
async def host(rabbit: PrivateRabbit) -> AsyncIterator[Host]:
    """Complete at first."""
    made = Host(rabbit, await a_virtual_host(rabbit))
    yield made
    for bus in made.opened:
        await bus.close()
    await rabbit.api("DELETE", f"/api/vhosts/{made.name}")


async def test_a_work_queue_deleted_under_its_consumer_is_named_and_consumed_again_when_it_is_back(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broker only cancels the subscription; channel and connection live on. We listen instead of look."""
    monkeypatch.setattr(consuming, "LOOKS_AGAIN_EVERY", 3600)
    bus, consumer = await host.identity()
    await host.delete("queues/{}/identity.events")
    await until(lambda: not consumer.is_live)
    await until(lambda: bus.problem() is not None)
    assert "identity.events" in str(bus.problem())
    await asyncio.sleep(1.5)
    assert "queue identity.events" in str(bus.problem())
    await host.restore()
    await until(lambda: consumer.is_live and bus.problem() is None)
    sender = await host.bus("registration")
    await sender.publish(an_event(), within=10)
    await until(lambda: host.got)


async def test_a_request_queue_deleted_under_its_consumer_is_declared_again(host: Host) -> None:
    """It is ours to declare, so nobody need do anything."""
    bus = await host.bus("billing")
    lost: list[bool] = []
    consumer = await bus.consume(
        rpc_queue("billing", Lane.FAST), lambda _: None, at_most=5, on_lost=lambda: lost.append(True)
    )
    await host.delete("queues/{}/billing.rpc")
    await until(lambda: lost)
    await until(lambda: consumer.is_live and bus.problem() is None)


async def test_a_request_exchange_that_is_gone_is_named_and_bound_again_when_it_is_back(host: Host) -> None:
    """The broker says nothing when bindings go with their exchange, so the consumer looks by itself."""
    bus = await host.bus("billing")
    gateway = await host.bus("gateway")
    consumer = await bus.consume(rpc_queue("billing", Lane.FAST), lambda _: None, at_most=5)
    call = Outgoing("billing.rpc", "billing.rpc", "billing.list_charges.v1", uuid4(), b"{}")
    await host.delete("exchanges/{}/billing.rpc")
    with pytest.raises(Unroutable):
        await gateway.publish(call, within=10)
    assert "exchange billing.rpc" in str(gateway.problem())
    await until(lambda: "exchange billing.rpc" in str(bus.problem()))
    await host.restore()
    await until(lambda: consumer.is_live and bus.problem() is None)
    await gateway.publish(
        Outgoing("billing.rpc", "billing.rpc", "billing.list_charges.v1", uuid4(), b"{}"), within=10
    )
    assert gateway.problem() is None


async def test_a_missing_events_exchange_or_binding_is_named_by_the_publisher_until_a_message_passes(
    host: Host,
) -> None:
    """The relay keeps its rows meanwhile: publishing may be tried all the time."""
    bus = await host.bus("registration")
    await host.delete("bindings/{}/e/mypage.events/q/identity.events/" + EVENT)
    with pytest.raises(Unroutable):
        await bus.publish(an_event(), within=10)
    assert f"no queue is bound to it for {EVENT}" in str(bus.problem())
    await host.delete("exchanges/{}/mypage.events")
    with pytest.raises(Unroutable):
        await bus.publish(an_event(), within=10)
    assert "exchange mypage.events" in str(bus.problem())
    assert bus.is_up()
    await host.restore()
    await bus.publish(an_event(), within=10)
    assert bus.problem() is None


async def test_a_missing_exchange_is_not_held_against_neighbours_on_the_same_channel(host: Host) -> None:
    """The broker closes the channel; what others had on it is unknown or done, never called undelivered."""
    bus = await host.bus("registration")
    await host.delete("exchanges/{}/mypage.broadcast")
    lost = Outgoing("mypage.broadcast", "", EVENT, uuid4(), b"{}", mandatory=False)
    outcomes = await asyncio.gather(
        *(bus.publish(each, within=10) for each in (an_event(), lost, an_event())), return_exceptions=True
    )
    assert isinstance(outcomes[1], Unroutable)
    assert not [each for each in outcomes[::2] if isinstance(each, Unroutable | BusDown)]


async def test_revoked_permissions_are_named_and_heal_when_they_are_given_back(host: Host) -> None:
    """Neither the subscription nor the publisher gives up for good."""
    own = r"^registration\.(rpc|rpc\.slow|keys\..*)$"
    bus = await host.bus("registration")
    consumer = await bus.consume(rpc_queue("registration", Lane.FAST), lambda _: None, at_most=5)
    await host.allow("registration")
    await host.delete("queues/{}/registration.rpc")
    await until(lambda: not consumer.is_live)
    await until(lambda: "AccessRefused" in str(bus.problem()))
    assert "queue registration.rpc" in str(bus.problem())
    with pytest.raises(NotPublished):
        await bus.publish(an_event(), within=10)
    await host.restore()
    assert (await host.rabbit.api("GET", f"/api/permissions/{host.name}/registration"))["configure"] == own
    await until(lambda: consumer.is_live)
    await bus.publish(an_event(), within=10)
    assert bus.problem() is None
