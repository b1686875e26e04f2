"""While its own database is away a component waits: nothing is put off, nothing is lost, and it goes on by
itself.
"""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from faults.proxy import Proxy

from chassis.database.db import TRANSIENT_ERRORS, Database
from chassis.messaging.bus import BusDown, Unknown
from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.inbox import is_first_delivery
from chassis.messaging.memory import MemoryBus
from chassis.messaging.message import Outgoing
from chassis.messaging.outbox import Outbox, Relay
from chassis.messaging.topology import EVENTS, dead_queue
from chassis.process.runner import Component, RunningComponent
from messages.notification import MailAbandoned
from messages.topology import TOPOLOGY
from mypage.local.postgres import PrivatePostgres

QUEUE = "registration.events"


def an_event() -> Outgoing:
    """One that registration hears."""
    body = MailAbandoned(registration_key=uuid4()).model_dump_json().encode()
    name = MailAbandoned.type_name
    return Outgoing(EVENTS, name, name, uuid4(), body, persistent=True)


async def test_an_event_is_held_in_hand_until_the_database_is_back(
    fresh_database: Any, postgres: PrivatePostgres
) -> None:
    """It costs no attempt of the retry ladder: when the server returns, the first one succeeds."""
    direct: Database = await fresh_database("chassis")
    proxy = Proxy(lambda: postgres.port)
    await proxy.start()
    name = await _name_of(direct)
    database = await Database.open(postgres.url(name).replace(f":{postgres.port}/", f":{proxy.port}/"))
    tries, attempts = [], []

    async def on_event(service: Any, event: Any, received: DeliveryInfo) -> None:
        tries.append(received.attempt)
        async with database.transaction() as tx:
            await is_first_delivery(tx, consumer="registration", message_id=received.message_id)
        attempts.append(received.attempt)

    bus = MemoryBus(TOPOLOGY)
    running = RunningComponent(Component("registration", None, {MailAbandoned: on_event}), bus)
    running.start()
    proxy.refuse()
    proxy.cut()
    await bus.publish(an_event(), within=5)
    async with asyncio.timeout(60):
        while len(tries) < 3:
            await asyncio.sleep(0.05)
    assert attempts == []
    assert bus.waiting_in(dead_queue(QUEUE)) == []
    await proxy.start()
    async with asyncio.timeout(60):
        while not attempts:
            await asyncio.sleep(0.05)
    assert set(tries) == set(attempts) == {1}  # from the ladder it would come as the second attempt
    await running.stop()
    await database.close()
    await proxy.stop()


async def test_a_stop_while_the_database_is_away_leaves_the_event_to_others() -> None:
    """Not acknowledged, not put off, not dead: the broker delivers it again."""
    tried = asyncio.Event()

    async def on_event(service: Any, event: Any, received: DeliveryInfo) -> None:
        tried.set()
        raise ConnectionRefusedError

    bus = MemoryBus(TOPOLOGY)
    running = RunningComponent(Component("registration", None, {MailAbandoned: on_event}), bus)
    running.start()
    await bus.publish(an_event(), within=5)
    await asyncio.wait_for(tried.wait(), 10)
    async with asyncio.timeout(10):
        await running.stop()
    assert bus.waiting_in(dead_queue(QUEUE)) == []


@pytest.mark.parametrize("trouble", [BusDown, Unknown])
async def test_trouble_of_the_bus_puts_no_event_off(fresh_database: Any, trouble: type[Exception]) -> None:
    """An outage of minutes must not leave rows waiting for minutes more."""
    database: Database = await fresh_database("chassis")
    outbox = Outbox(database)

    class Down(MemoryBus):
        async def publish(self, message: Outgoing, *, within: float) -> None:
            raise trouble(message.routing_key)

    async with database.transaction() as tx:
        await outbox.add(tx, MailAbandoned(registration_key=uuid4()))
    assert await Relay(outbox, Down(TOPOLOGY)).relay_once() == 0
    async with database.transaction() as tx:
        assert (
            await tx.fetchval("SELECT count(*) FROM outbox WHERE not_before <= now() AND attempts = 0") == 1
        )


async def test_a_full_disk_counts_as_a_database_that_is_away(fresh_database: Any) -> None:
    """SQLSTATE 53100: what failed is done again once there is room."""
    database: Database = await fresh_database("chassis")
    with pytest.raises(TRANSIENT_ERRORS):
        async with database.transaction() as tx:
            await tx.execute("DO $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$")


async def _name_of(database: Database) -> str:
    async with database.transaction() as tx:
        name: str = await tx.fetchval("SELECT current_database()")
    return name
