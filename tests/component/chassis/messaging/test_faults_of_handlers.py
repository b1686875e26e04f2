"""A handler with a fault of its own: no patience with the database is spent on it. It goes up the ladder, and
is buried under its name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from chassis.database.db import Database, Transaction
from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.memory import MemoryBus
from chassis.messaging.message import Outgoing
from chassis.messaging.setting_aside import ATTEMPT, ERROR_TYPE, RETRY_STEPS
from chassis.messaging.topology import EVENTS, dead_queue, retry_exchange
from chassis.process.runner import Component, RunningComponent
from messages.notification import MailAbandoned
from messages.topology import TOPOLOGY

QUEUE = "registration.events"
Fault = Callable[[Transaction], Awaitable[object]]


def says(statement: str, *values: Any) -> Fault:
    """A handler that says this in its transaction."""
    return lambda tx: tx.fetch(statement, *values)


async def forgets_a_failure(tx: Transaction) -> None:
    """Goes on after a statement that failed, and would commit nothing."""
    try:
        await tx.fetch("SELECT 1 / 0")
    except Exception:
        return


async def misses_a_file(tx: Transaction) -> None:
    """A template, say."""
    Path("/nonexistent").read_text()  # noqa: ASYNC240


FAULTS: dict[str, tuple[Fault, str]] = {
    "a text where a number belongs": (says("SELECT $1::int", "seven"), "DataError"),
    "a number that is too large": (says("SELECT $1::int", 2**40), "DataError"),
    "a uuid that is none": (says("SELECT $1::uuid", "none"), "DataError"),
    "too few arguments": (says("SELECT $1::int, $2::int", 1), "InterfaceError"),
    "too many arguments": (says("SELECT $1::int", 1, 2), "InterfaceError"),
    "an array that is none": (says("SELECT $1::uuid[]", "none"), "DataError"),
    "a character that no text may hold": (says("SELECT $1::text", "\0"), "CharacterNotInRepertoireError"),
    "a table that is not there": (says("SELECT * FROM nowhere"), "UndefinedTableError"),
    "a statement that is none": (says("SELEKT 1"), "PostgresSyntaxError"),
    "a division by zero": (says("SELECT 1 / 0"), "DivisionByZeroError"),
    "a text that is no number": (says("SELECT 'x'::text::int"), "InvalidTextRepresentationError"),
    "a statement after one that failed": (forgets_a_failure, "RolledBack"),
    "a file that is not there": (misses_a_file, "FileNotFoundError"),
}


async def _fails_with(
    database: Database, fault: Fault, attempt: int, published: list[Outgoing]
) -> tuple[MemoryBus, RunningComponent]:
    class Watched(MemoryBus):
        async def publish(self, message: Outgoing, *, within: float) -> None:
            published.append(message)
            await super().publish(message, within=within)

    async def on_event(service: Any, event: Any, received: DeliveryInfo) -> None:
        async with database.transaction() as tx:
            await fault(tx)

    bus = Watched(TOPOLOGY)
    running = RunningComponent(Component("registration", None, {MailAbandoned: on_event}), bus)
    running.start()
    body = MailAbandoned(registration_key=uuid4()).model_dump_json().encode()
    name = MailAbandoned.type_name
    headers = {ATTEMPT: attempt}
    event = Outgoing(EVENTS, name, name, uuid4(), body, headers=headers, persistent=True)
    await bus.publish(event, within=5)
    async with asyncio.timeout(60):
        while len(published) < 2:
            await asyncio.sleep(0.01)
    return bus, running


@pytest.mark.parametrize("name", FAULTS)
async def test_the_first_failure_puts_the_event_off_by_the_first_step(fresh_database: Any, name: str) -> None:
    """And does not hold it in hand for the twenty minutes that an absent database is given."""
    fault, _ = FAULTS[name]
    published: list[Outgoing] = []
    bus, running = await _fails_with(await fresh_database("chassis"), fault, 1, published)
    assert published[1].exchange == retry_exchange(RETRY_STEPS[0])
    assert published[1].headers[ATTEMPT] == 2
    await running.stop()
    await bus.close()


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.single_deliveries
async def test_the_last_failure_buries_it_under_its_name(fresh_database: Any, name: str) -> None:
    """The operator reads what was wrong."""
    fault, error = FAULTS[name]
    published: list[Outgoing] = []
    bus, running = await _fails_with(await fresh_database("chassis"), fault, len(RETRY_STEPS) + 1, published)
    [letter] = bus.waiting_in(dead_queue(QUEUE))
    assert letter.headers[ERROR_TYPE] == error
    await running.stop()
    await bus.close()
