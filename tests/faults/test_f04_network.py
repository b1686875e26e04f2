"""F4: the network between the parts cuts, swallows, delays and half opens. Nothing is lost, nobody hangs, nothing piles up."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import random
import sys
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Literal
from uuid import uuid4

import pytest
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.customers import some_customers
from faults.environment import ROOT, TEST_BUILD
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.plant import Plant
from faults.probe import spread
from faults.proxy import Proxy
from faults.servers import broker_definitions, password_of
from faults.watch import ANSWERED, Answer, Watch

from chassis.bus import Delivery
from chassis.message import Outgoing
from chassis.rabbit import RabbitBus, consuming, link
from chassis.rpc import NoAnswer, RpcClient, ServiceDown
from chassis.topology import EVENTS, events_queue
from messages.billing import ListCharges
from mypage.rabbitmq import PrivateRabbit

BROKER = [(component, "amqp") for component in ("gateway", "identity", "registration", "notification")]
ALL = [*BROKER, ("identity", "sql"), ("registration", "sql")]
AT_ONCE = 1.0  # seconds
AT_A_TIME = 4  # parts whose connections are cut at one moment
SILENT_FOR = 36.0  # seconds: a connection that died in silence is found within 33
BEFORE_IT_OPENS = 18.0  # seconds: five times the deadline of the one who watches, and some
DEADLINE = 3.0  # seconds
PROBES = 4  # answers that waited for their deadline after that: the breaker asks again after 1, 2, 4, 8 and 10 seconds
SLOW_FOR = 8.0  # seconds
HEALED_WITHIN = 30.0  # seconds; the design says 5, on a machine of its own
RECONNECTS = 1000
STRAY = 5  # tasks or descriptors that may be on their way at the moment of counting
MORE_MEMORY = 30_000  # kB
STARTS_WITHIN = 30.0  # seconds
ENDS_WITHIN = 6.0  # seconds; the work takes one
EVENT = "registration.account_activated.v1"


def broken(ledger: Ledger, where: tuple[str, str], how: str) -> None:
    """Into the ledger."""
    ledger.done("-".join(where), how)


async def healed(plant: Plant, ledger: Ledger, watch: Watch, what: str) -> None:
    """Waits until all are ready and a call is answered; how long that took goes into the ledger."""
    since = time.monotonic()
    ready = await plant.ready(HEALED_WITHIN)
    served = await watch.until(ANSWERED, within=HEALED_WITHIN, after=since) - since
    ledger.note("figure", f"f04_healed_after_{what}", ready=round(ready, 2), served=round(served, 2))


@pytest.mark.smoke
async def test_connections_that_are_cut_again_and_again_lose_nothing(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: Literal["smoke", "whole"]
) -> None:
    """To the broker and to databases, of any four parts at a time, a hundred cuts under load."""
    rounds, count = (3, 8) if scale == "smoke" else (25, 100)
    plant, chance = await make_plant(proxies=ALL), random.Random(seed)
    customers = some_customers(count, seed=seed)
    await import_customers(plant, customers)
    connections = 0
    async with Load(plant, ledger, customers, per_second=4, seed=seed) as load, Watch(plant, ledger) as watch:
        await load.until(1)
        for _ in range(rounds):
            for where in chance.sample(ALL, AT_A_TIME):
                broken(ledger, where, "cut")
                connections += plant.proxies[where].open
                plant.proxies[where].cut()
            await asyncio.sleep(chance.uniform(0.5, 2.0))
        load.enough()
        ledger.note("figure", "f04_cut", connections=connections)
        await healed(plant, ledger, watch, "cuts")
    assert connections > rounds * AT_A_TIME / 2
    await at_rest(plant, within=60)
    assert await violations(plant, ledger, customers=customers) == []


async def go_silent(plant: Plant, ledger: Ledger) -> dict[str, float]:
    """A black hole at registration; identity's ends are gone without the broker's hearing, notification's the other way round.

    Who noticed, after how many seconds, in SILENT_FOR; then the black hole is over.
    """
    began, noticed = time.monotonic(), dict[str, float]()
    for component, how in (("registration", "stall"), ("identity", "half open at the broker"), ("notification", "half open")):
        broken(ledger, (component, "amqp"), how)
    plant.proxies["registration", "amqp"].stall()
    plant.proxies["identity", "amqp"].half_open("server")
    plant.proxies["notification", "amqp"].half_open("client")
    while (now := time.monotonic() - began) < SILENT_FOR:
        for name in await plant.not_ready():
            noticed.setdefault(name, round(now, 1))
        await asyncio.sleep(0.2)
    plant.proxies["registration", "amqp"].resume()
    ledger.note("figure", "f04_silence_noticed", **noticed)
    return noticed


def left_alone(answers: list[Answer], ledger: Ledger) -> bool:
    """Whether those who asked registration in all that silence were told no, and at once but for the breaker's probes."""
    late = [each for each in answers if each.seconds >= AT_ONCE]
    ledger.note("figure", "f04_told_no_in_silence", count=len(answers), late=len(late), **spread([each.seconds for each in answers]))
    return {each.status for each in answers} == {503} and len(late) <= PROBES


async def test_a_silent_network_is_noticed_and_a_slow_one_is_only_slow(make_plant: MakePlant, ledger: Ledger, seed: int) -> None:
    """Who asks waits for a deadline a few times, then hears no at once; a dead connection is found by its heartbeat."""
    plant = await make_plant(proxies=BROKER)
    customers = some_customers(40, seed=seed)
    await import_customers(plant, customers)
    async with Load(plant, ledger, customers, per_second=2, seed=seed) as load, Watch(plant, ledger) as watch:
        await load.until(2)
        began = time.monotonic()
        noticed = await go_silent(plant, ledger)
        told = watch.between(began + BEFORE_IT_OPENS, time.monotonic() - DEADLINE)
        await healed(plant, ledger, watch, "silence")
        began = time.monotonic()
        for where in BROKER:
            broken(ledger, where, "delay")
            plant.proxies[where].delay(0.2)
        await asyncio.sleep(SLOW_FOR)
        slowly = watch.between(began + AT_ONCE, time.monotonic() - DEADLINE)
        for where in BROKER:
            plant.proxies[where].delay(0)
        ledger.note("figure", "f04_slow_network", **spread([each.seconds for each in slowly]))
    assert {"registration-1", "notification-1"} <= noticed.keys()
    assert left_alone(told, ledger)
    assert {each.status for each in slowly} == {ANSWERED}
    await at_rest(plant, within=60)
    assert await violations(plant, ledger, customers=customers) == []


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
    return {"tasks": len(asyncio.all_tasks()), "descriptors": len(os.listdir("/proc/self/fd")), "memory": resident()}


def resident() -> int:
    """Kilobytes of this process in memory."""
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0])


async def reconnect(bus: RabbitBus, proxy: Proxy, subscriber: Subscriber, times: int) -> None:
    """Cut as soon as all is up, again and again; at each tenth time a message has to come through."""
    for number in range(times):
        if number % 10 == 0:
            event = Outgoing(EVENTS, EVENT, EVENT, uuid4(), b"{}", persistent=True)
            await bus.publish(event, within=10)
            async with asyncio.timeout(10):
                while str(event.message_id) not in subscriber.seen:
                    await asyncio.sleep(0.005)
        proxy.cut()
        async with asyncio.timeout(20):
            while bus.problem() is None:
                await asyncio.sleep(0.001)
            while bus.problem() is not None:
                await asyncio.sleep(0.001)


async def test_a_thousand_reconnects_leave_nothing_behind(wire: Wire, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """No task, no descriptor, no memory; and messages still flow."""
    monkeypatch.setattr(link, "RECONNECT_EVERY", 0.001)
    monkeypatch.setattr(consuming, "RECONNECT_EVERY", 0.001)
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)  # pytest keeps every record, with the frames of its traceback
    bus, subscriber = RabbitBus(wire.through("identity")), Subscriber()
    bus.start()
    try:
        await bus.consume(events_queue("identity"), subscriber, at_most=5)
        await reconnect(bus, wire.proxy, subscriber, 20)  # so that whatever is made once is made
        before, began = await held(), time.monotonic()
        await reconnect(bus, wire.proxy, subscriber, RECONNECTS)
        took, after = time.monotonic() - began, await held()
    finally:
        await bus.close()
    ledger.note("figure", "f04_reconnects", count=RECONNECTS, seconds=round(took, 1), before=before, after=after)
    assert len(subscriber.seen) == (RECONNECTS + 20) / 10
    assert abs(after["tasks"] - before["tasks"]) <= STRAY
    assert abs(after["descriptors"] - before["descriptors"]) <= STRAY
    assert after["memory"] - before["memory"] < MORE_MEMORY


async def cut_in_the_middle(wire: Wire, guards_off: str = "") -> list[str]:
    """What a component says that is cut off from the broker while it works on a request."""
    told = {"SLOW_COMPONENT_AMQP_URL": wire.through("billing"), "TESTBUILD_GUARD_OFF": guards_off, "PYTHONPATH": f"{ROOT}:{TEST_BUILD}"}
    command = [sys.executable, str(ROOT / "tests/faults/slow_component.py")]
    component = await asyncio.create_subprocess_exec(*command, env=os.environ | told, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
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
