"""F4 for one bus alone: a thousand reconnects leave nothing behind, and a cut does not end a handler that has
begun.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from faults.environment import ROOT, TEST_BUILD
from faults.ledger import Ledger
from faults.proxy import Proxy
from faults.servers import broker_definitions, password_of

from chassis.messaging.bus import Delivery, NotPublished
from chassis.messaging.message import Outgoing
from chassis.messaging.rabbit import RabbitBus, consuming, link
from chassis.messaging.rpc_client import NoAnswer, RpcClient, ServiceDown
from chassis.messaging.topology import EVENTS, events_queue
from messages.billing import ListCharges
from mypage.local.rabbitmq import PrivateRabbit

RECONNECTS = 1000
STRAY = 5  # tasks or descriptors that may be on their way at the moment of counting
MORE_MEMORY = 30_000  # kB
STARTS_WITHIN = 30.0  # seconds
ENDS_WITHIN = 6.0  # seconds; the work takes one
EVENT = "registration.account_activated.v1"


class Wire:
    """A virtual host, and a proxy between it and one component."""

    def __init__(self, rabbit: PrivateRabbit, vhost: str) -> None:
        self.proxy = Proxy(lambda: rabbit.amqp_port)
        self._rabbit = rabbit
        self._vhost = vhost

    def beside(self, user: str) -> str:
        """The address past the proxy."""
        return self._rabbit.url(user, password_of(user), self._vhost)

    def through(self, user: str) -> str:
        """The address through it."""
        return self.beside(user).replace(f":{self._rabbit.amqp_port}/", f":{self.proxy.port}/")


@pytest.fixture
async def wire(rabbit: PrivateRabbit) -> AsyncIterator[Wire]:
    """For tests that need no plant."""
    vhost = f"wire{uuid4().hex[:8]}"
    await rabbit.api("POST", "/api/definitions", broker_definitions(vhost))
    made = Wire(rabbit, vhost)
    await made.proxy.start()
    yield made
    await made.proxy.stop()
    await rabbit.api("DELETE", f"/api/vhosts/{vhost}")


class Subscriber:
    """Takes every delivery and counts it."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self._acks: set[asyncio.Task[None]] = set()

    def __call__(self, delivery: Delivery) -> None:
        self.seen.add(delivery.message.message_id)
        acking = asyncio.ensure_future(delivery.ack())
        self._acks.add(acking)
        acking.add_done_callback(self._acks.discard)


async def held() -> dict[str, int]:
    """Tasks, descriptors and kilobytes of this very process, once it is calm."""
    await asyncio.sleep(2)
    gc.collect()
    return {
        "tasks": len(asyncio.all_tasks()),
        "descriptors": len(os.listdir("/proc/self/fd")),
        "memory": resident(),
    }


def resident() -> int:
    """Kilobytes of this process in memory."""
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0])


async def published(bus: RabbitBus, event: Outgoing) -> None:
    """Again as long as the connection goes, as every sender does: the cut before may only be seen now."""
    async with asyncio.timeout(20):
        while True:
            with suppress(NotPublished):
                return await bus.publish(event, within=10)
            await asyncio.sleep(0.001)


async def reconnect(buses: Sequence[RabbitBus], proxy: Proxy, subscriber: Subscriber, times: int) -> None:
    """Cut as soon as all is up, again and again; at each tenth time a message has to come through."""
    for number in range(times):
        if number % 10 == 0:
            event = Outgoing(EVENTS, EVENT, EVENT, uuid4(), b"{}", persistent=True)
            await published(buses[0], event)
            async with asyncio.timeout(10):
                while str(event.message_id) not in subscriber.seen:
                    await asyncio.sleep(0.005)
        proxy.cut()
        await asyncio.gather(*(down_and_up(bus) for bus in buses))


async def down_and_up(bus: RabbitBus) -> None:
    """Returns when it has noticed a cut and is back."""
    async with asyncio.timeout(20):
        while bus.problem() is None:
            await asyncio.sleep(0.0005)
        while bus.problem() is not None:
            await asyncio.sleep(0.001)


async def test_a_thousand_reconnects_leave_nothing_behind(
    wire: Wire, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No task, no descriptor, no memory; and messages still flow."""
    monkeypatch.setattr(link, "RECONNECT_EVERY", 0.001)
    monkeypatch.setattr(consuming, "RECONNECT_EVERY", 0.001)
    monkeypatch.setattr(
        logging.root.manager, "disable", logging.CRITICAL
    )  # pytest keeps every record, with the frames of its traceback
    # Each may say only what is its own, and hear what is another's.
    buses = [RabbitBus(wire.through("registration")), RabbitBus(wire.through("identity"))]
    subscriber = Subscriber()
    for bus in buses:
        bus.start()
    try:
        await buses[1].consume(events_queue("identity"), subscriber, at_most=5)
        await reconnect(buses, wire.proxy, subscriber, 20)  # so that whatever is made once is made
        before, began = await held(), time.monotonic()
        await reconnect(buses, wire.proxy, subscriber, RECONNECTS)
        took, after = time.monotonic() - began, await held()
    finally:
        await asyncio.gather(*(bus.close() for bus in buses))
    ledger.note(
        "figure", "f04_reconnects", count=RECONNECTS, seconds=round(took, 1), before=before, after=after
    )
    assert len(subscriber.seen) == (RECONNECTS + 20) / 10
    assert abs(after["tasks"] - before["tasks"]) <= STRAY
    assert abs(after["descriptors"] - before["descriptors"]) <= STRAY
    assert after["memory"] - before["memory"] < MORE_MEMORY


async def cut_in_the_middle(wire: Wire, guards_off: str = "") -> list[str]:
    """What a component says that is cut off from the broker while it works on a request."""
    told = {
        "SLOW_COMPONENT_AMQP_URL": wire.through("billing"),
        "TESTBUILD_GUARD_OFF": guards_off,
        "PYTHONPATH": f"{ROOT}:{TEST_BUILD}",
    }
    command = [sys.executable, str(ROOT / "tests/faults/slow_component.py")]
    component = await asyncio.create_subprocess_exec(
        *command, env=os.environ | told, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert component.stdout
    bus = RabbitBus(wire.beside("gateway"))
    bus.start()
    client = RpcClient(bus, process="gateway")
    await client.start()
    asking = asyncio.create_task(ask_until_taken(client))
    try:
        began = await asyncio.wait_for(component.stdout.readline(), STARTS_WITHIN)
        wire.proxy.refuse()
        wire.proxy.cut()
        ended = b""
        with suppress(TimeoutError):
            ended = await asyncio.wait_for(component.stdout.readline(), ENDS_WITHIN)
        return (began + ended).decode().split()
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await client.stop()
        await bus.close()
        component.kill()
        await component.wait()


async def ask_until_taken(client: RpcClient) -> None:
    """One request that is taken; nobody answers it in time."""
    with suppress(NoAnswer):
        while True:
            with suppress(ServiceDown):
                await client.call(ListCharges(session_assertion=""), within=4)
            await asyncio.sleep(0.1)


async def test_a_handler_that_has_begun_ends_its_work_though_its_connection_is_cut(wire: Wire) -> None:
    """It is in a task of its own."""
    assert await cut_in_the_middle(wire) == ["began", "ended"]


async def test_without_a_task_of_its_own_a_handler_that_is_cut_off_is_found_out(wire: Wire) -> None:
    """The client library cancels it in the middle of its work."""
    assert await cut_in_the_middle(wire, guards_off="callback_task") == ["began"]
