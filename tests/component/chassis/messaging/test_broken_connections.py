"""RabbitMQ behind a network that cuts, swallows and blocks: every wait ends, every outcome is told, nothing
is left behind.
"""

from __future__ import annotations

import asyncio
import gc
import os
import struct
from collections.abc import AsyncIterator, Callable
from uuid import uuid4

import pytest
from faults.proxy import Proxy
from support.hanging_billing import LISTED, QUERY, Billing, listening_client
from support.virtual_host import a_virtual_host

from chassis.messaging.bus import BusDown, Unknown
from chassis.messaging.message import Lane, Outgoing
from chassis.messaging.rabbit import RabbitBus, consuming, link
from chassis.messaging.rpc_client import RepliesLost, ServiceDown
from chassis.messaging.topology import EVENTS, events_queue, rpc_queue
from mypage.local.rabbitmq import PrivateRabbit

EVENT = "registration.account_activated.v1"


def frame(method: int, arguments: bytes = b"") -> bytes:
    """A method of class connection, as it goes over the wire."""
    payload = struct.pack(">HH", 10, method) + arguments
    return struct.pack(">BHI", 1, 0, len(payload)) + payload + b"\xce"


BLOCKED, UNBLOCKED = frame(60, b"\x08low disk"), frame(61)


def an_event(name: str = EVENT) -> Outgoing:
    """An event that somebody hears."""
    return Outgoing(EVENTS, name, name, uuid4(), b"{}", persistent=True)


async def until(true: Callable[[], object], seconds: float = 30) -> None:
    """Waits for it."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.02)


class Behind:
    """A bus behind a proxy, and one beside it."""

    def __init__(self, rabbit: PrivateRabbit, vhost: str) -> None:
        self.proxy = Proxy(lambda: rabbit.amqp_port)
        self._url = f"amqp://{{}}:{{}}pw@127.0.0.1:{self.proxy.port}/{vhost}"
        self._direct = lambda user: rabbit.url(user, f"{user}pw", vhost)
        self.opened: list[RabbitBus] = []

    async def bus(self, user: str, *, direct: bool = False) -> RabbitBus:
        bus = RabbitBus(self._direct(user) if direct else self._url.format(user, user))
        bus.start()
        self.opened.append(bus)
        await until(lambda: bus.problem() is None)
        return bus


@pytest.fixture
async def behind(rabbit: PrivateRabbit) -> AsyncIterator[Behind]:
    """A virtual host behind a proxy."""
    vhost = await a_virtual_host(rabbit)
    made = Behind(rabbit, vhost)
    await made.proxy.start()
    yield made
    made.proxy.resume()
    for bus in made.opened:
        await bus.close()
    await made.proxy.stop()
    await rabbit.api("DELETE", f"/api/vhosts/{vhost}")


async def test_publishes_into_a_black_hole_end_as_unknown_all_of_them(behind: Behind) -> None:
    """Pipelined on one channel: each has left, none may be called undelivered, none hangs."""
    bus = await behind.bus("registration")
    await bus.publish(an_event(), within=10)
    behind.proxy.stall()
    async with asyncio.timeout(20):
        outcomes = await asyncio.gather(
            *(bus.publish(an_event(), within=0.5 + number / 10) for number in range(8)),
            return_exceptions=True,
        )
    assert [type(each) for each in outcomes] == [Unknown] * 8
    async with asyncio.timeout(20):
        with pytest.raises((BusDown, Unknown)):
            await bus.publish(an_event(), within=0.5)  # the fresh channel cannot be opened
        await bus.close()  # a dead connection does not hold up the end


async def test_a_time_out_of_one_publish_leaves_the_outcome_of_its_neighbours_alone(behind: Behind) -> None:
    """The channel is given up (ADR 0001), but not under those who still wait for their confirmation on it."""
    bus = await behind.bus("registration")
    await bus.publish(an_event(), within=10)
    behind.proxy.stall()
    patient = asyncio.create_task(bus.publish(an_event(), within=30))
    with pytest.raises(Unknown):
        await bus.publish(an_event(), within=0.3)
    behind.proxy.resume()
    await patient
    await bus.publish(an_event(), within=10)


async def test_publishes_under_way_when_the_connection_is_cut_end_as_unknown(behind: Behind) -> None:
    """Their bytes had left; at once, not at their deadline."""
    bus = await behind.bus("registration")
    await bus.publish(an_event(), within=10)
    behind.proxy.stall()
    under_way = [asyncio.create_task(bus.publish(an_event(), within=60)) for _ in range(5)]
    await asyncio.sleep(0.2)
    behind.proxy.cut()
    async with asyncio.timeout(20):
        assert [type(each) for each in await asyncio.gather(*under_way, return_exceptions=True)] == [
            Unknown
        ] * 5
    behind.proxy.resume()
    await until(bus.is_up)
    await bus.publish(an_event(), within=10)


async def test_a_connection_that_dies_in_silence_is_found_by_its_heartbeat(
    behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A publish that waits on it meanwhile ends in Unknown: the library's way to say it would look like our
    own cancellation.
    """
    monkeypatch.setattr(link, "HEARTBEAT", 1)
    bus = await behind.bus("registration")
    await bus.publish(an_event(), within=10)
    behind.proxy.stall()
    with pytest.raises(Unknown):
        await bus.publish(an_event(), within=60)
    await until(lambda: bus.problem() is not None)
    behind.proxy.cut()
    behind.proxy.resume()
    await until(lambda: bus.problem() is None)
    await bus.publish(an_event(), within=10)


async def test_a_broker_that_blocks_publishers_is_told_at_once_and_no_message_leaves(behind: Behind) -> None:
    """An alarm of its disk: without this, every publish would wait for its deadline and might be executed
    much later.
    """
    bus = await behind.bus("registration")
    await bus.publish(an_event(), within=10)
    behind.proxy.say_to_clients(BLOCKED)
    await until(lambda: not bus.is_up())
    assert "blocks publishers" in str(bus.problem())
    with pytest.raises(BusDown):
        await bus.publish(an_event(), within=60)
    behind.proxy.say_to_clients(UNBLOCKED)
    await until(lambda: bus.problem() is None)
    await bus.publish(an_event(), within=10)


async def test_calls_under_way_end_at_once_when_the_connection_for_replies_is_cut(behind: Behind) -> None:
    """And while there is no place for an answer, nobody is asked."""
    gateway = await behind.bus("gateway")
    billing_bus = await behind.bus("billing", direct=True)
    billing = Billing(billing_bus)
    await billing.bus.consume(rpc_queue("billing", Lane.FAST), billing, at_most=10)
    client = await listening_client(gateway)
    waiting = asyncio.create_task(client.call(QUERY, within=60))
    await asyncio.wait_for(billing.in_hand.get(), 10)
    await behind.proxy.stop()
    with pytest.raises(RepliesLost):
        await waiting
    assert not client.listening.is_set()
    with pytest.raises(ServiceDown):
        await client.call(QUERY, within=60)
    await behind.proxy.start()
    billing.answers_at_once = True
    await until(lambda: client.listening.is_set() and gateway.problem() is None)
    assert await client.call(QUERY, within=30) == LISTED
    await client.stop()


def held() -> tuple[int, int]:
    """Tasks and descriptors of this process."""
    gc.collect()
    return len(asyncio.all_tasks()), len(os.listdir("/proc/self/fd"))


async def test_forty_cuts_leave_no_task_and_no_descriptor_behind(
    behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Publisher, consumers and reply queue come back each time, and what they held before is gone."""
    monkeypatch.setattr(link, "RECONNECT_EVERY", 0.05)
    monkeypatch.setattr(consuming, "RECONNECT_EVERY", 0.05)
    identity = await behind.bus("identity")
    gateway = await behind.bus("gateway")
    consumers = [
        await identity.consume(events_queue("identity"), lambda _: None, at_most=5),
        await identity.consume(rpc_queue("identity", Lane.FAST), lambda _: None, at_most=5),
    ]
    client = await listening_client(gateway)

    def whole() -> bool:
        return (
            all(each.is_live for each in consumers)
            and client.listening.is_set()
            and not identity.problem()
            and not gateway.problem()
        )

    await until(whole)
    await identity.publish(an_event("identity.account_created.v1"), within=10)
    await asyncio.sleep(1)
    before = held()
    for _ in range(40):
        behind.proxy.cut()
        await until(lambda: not whole())
        await until(whole)
        await identity.publish(an_event("identity.account_created.v1"), within=10)
    await asyncio.sleep(4)
    after = held()
    assert all(abs(now - then) <= 5 for now, then in zip(after, before, strict=True)), (
        f"tasks, descriptors: {before} then {after}"
    )
    await client.stop()
