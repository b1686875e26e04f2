"""A component is told to stop while its database stands still: it ends, and nothing of it lives on."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from faults.proxy import Proxy

from chassis.database.db import TRANSIENT_ERRORS, Database
from chassis.database.errors import DatabaseAway
from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.inbox import is_first_delivery
from chassis.messaging.memory import MemoryBus
from chassis.messaging.message import Outgoing
from chassis.messaging.outbox import Outbox
from chassis.messaging.topology import EVENTS, dead_queue
from chassis.process.runner import Component, Periodic, RunningComponent
from messages.notification import MailAbandoned
from messages.topology import TOPOLOGY
from mypage.local.postgres import PrivatePostgres

NOT_FOR_EVER = 60.0  # seconds


@pytest.fixture
async def proxy(postgres: PrivatePostgres) -> AsyncIterator[Proxy]:
    """Between the component and its server."""
    between = Proxy(lambda: postgres.port)
    await between.start()
    yield between
    await between.stop()


@pytest.fixture
async def database(fresh_database: Any, postgres: PrivatePostgres, proxy: Proxy) -> Database:
    """Of the chassis' own tables, through the proxy."""
    direct: Database = await fresh_database("chassis")
    async with direct.transaction() as tx:
        name = await tx.fetchval("SELECT current_database()")
    return await Database.open(postgres.url(name).replace(f":{postgres.port}/", f":{proxy.port}/"))


def busy(database: Database) -> Component:
    """Handles events, relays, and repeats something that forgives the database everything."""

    async def on_event(service: Any, event: Any, received: DeliveryInfo) -> None:
        async with database.transaction() as tx:
            await is_first_delivery(tx, consumer="registration", message_id=received.message_id)

    async def repeated() -> None:
        while True:
            try:
                async with database.transaction() as tx:
                    await tx.fetchval("SELECT count(*) FROM inbox")
            except TRANSIENT_ERRORS:
                pass
            await asyncio.sleep(0.05)

    return Component(
        "registration",
        None,
        {MailAbandoned: on_event},
        database=database,
        outbox=Outbox(database),
        periodics=[Periodic("again", 0.05, repeated)],
        migrations=Path("/nonexistent"),
    )


@pytest.mark.parametrize("frozen_for", [0.1, 2.5, 6.0])
async def test_a_stop_in_a_freeze_ends_and_leaves_nothing_running(
    database: Database, proxy: Proxy, frozen_for: float
) -> None:
    """Relay, loops, the event in hand and the pool: each lets go, though the server never answers again."""
    before = asyncio.all_tasks()
    bus = MemoryBus(TOPOLOGY)
    running = RunningComponent(busy(database), bus)
    running.start()
    async with asyncio.timeout(NOT_FOR_EVER):
        while await running.problem():
            await asyncio.sleep(0.05)
    own = asyncio.all_tasks() - before
    proxy.stall()
    body = MailAbandoned(registration_key=uuid4()).model_dump_json().encode()
    name = MailAbandoned.type_name
    await bus.publish(Outgoing(EVENTS, name, name, uuid4(), body, persistent=True), within=5)
    await asyncio.sleep(frozen_for)
    async with asyncio.timeout(NOT_FOR_EVER):
        await running.stop()
    left = {task for task in own if task.get_name().startswith("registration.") and not task.done()}
    assert left == set()
    assert bus.waiting_in(dead_queue("registration.events")) == []
    await bus.close()


async def test_a_stop_before_the_database_was_ever_there_ends_too(database: Database, proxy: Proxy) -> None:
    """It still waits for its first answer."""
    proxy.stall()
    bus = MemoryBus(TOPOLOGY)
    running = RunningComponent(busy(database), bus)
    running.start()
    await asyncio.sleep(0.5)
    async with asyncio.timeout(NOT_FOR_EVER):
        await running.stop()
    await bus.close()


async def test_a_process_whose_loop_is_blocked_is_ended_by_the_kernel() -> None:
    """Nothing of ours has to run for that."""
    program = (
        "import time, chassis.process.stopping as it; it.STOPPED_WITHIN = 1; it.end_by_force_later(); "
        "time.sleep(3600)"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program)
    async with asyncio.timeout(NOT_FOR_EVER):
        assert await process.wait() == -signal.SIGALRM


async def test_a_component_whose_own_end_hangs_is_left_behind(database: Database) -> None:
    """Its database is closed all the same."""

    async def hangs() -> None:
        await asyncio.Event().wait()

    component = Component("registration", None, {}, database=database, close=hangs)
    running = RunningComponent(component, MemoryBus(TOPOLOGY))
    async with asyncio.timeout(NOT_FOR_EVER):
        await running.stop()
    with pytest.raises(DatabaseAway):
        await database.now()
