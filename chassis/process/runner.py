"""Runs components: waits for what they need, consumes, relays, repeats, and drains on SIGTERM."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from chassis.database.db import Database
from chassis.database.errors import TROUBLE_AT_THE_START, why_away
from chassis.database.migrate import ForeignDatabase, missing_migrations
from chassis.messaging.bus import Bus, Consumer
from chassis.messaging.dispatch import DeliveryInfo, Dispatch, Handler
from chassis.messaging.key_proofs import KeyProofs
from chassis.messaging.message import Lane, Message, Request
from chassis.messaging.outbox import Outbox, Relay
from chassis.messaging.rabbit import RabbitBus
from chassis.messaging.topology import REPLIES, events_queue, rpc_queue
from chassis.process.failpoints import working_on
from chassis.process.health import Check, HealthPage
from chassis.process.lifetime import run_with_settings, until_stopped
from chassis.process.logger import Logger
from chassis.process.logs import fault_fields
from chassis.process.loops import run_for_ever, run_once
from chassis.process.settings import ProcessSettings
from chassis.process.stopping import end_by_force_later, step
from chassis.security.key_agreement import KeyStatement

__all__ = [
    "Component",
    "DeliveryInfo",
    "Handler",
    "Periodic",
    "RunningComponent",
    "run_process",
]

_log = Logger()

PREFETCH = {Lane.FAST: 32, Lane.SLOW: 2 * (os.cpu_count() or 1)}
PREFETCH_EVENTS = 50
DRAIN_WITHIN = 6.0  # seconds: longer than a request takes, but for a first one to a database far away
_RELAY_WITHIN = 2.0  # seconds
_CLOSED_WITHIN = 7.5  # seconds: longer than a component of ours takes by itself
_ENDED_WITHIN = 1.5  # seconds, for whatever only has to let go
_MEASURED_EVERY = 10.0  # seconds
_LOOKS_AGAIN_EVERY = 0.5  # seconds


@dataclass(frozen=True)
class Periodic:
    """Something to repeat. A fault is logged and does not end it."""

    name: str
    every_seconds: float
    action: Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Component:
    """A service as its composition root describes it; nothing in it runs yet.

    `migrations` are the files its database must have seen; `callers` are the components whose requests it
    answers; `keys` are what it says of its keys.
    """

    name: str
    service: object
    handlers: Mapping[type[Message], Handler]
    database: Database | None = None
    outbox: Outbox | None = None
    callers: Sequence[str] = ()
    periodics: Sequence[Periodic] = ()
    migrations: Path | None = None
    keys: KeyStatement | None = None
    close: Callable[[], Awaitable[None]] | None = None


class RunningComponent:
    """A component at work on a bus."""

    def __init__(self, component: Component, bus: Bus) -> None:
        self._component = component
        self._bus = bus
        self._dispatch = Dispatch(
            bus, component.service, component.handlers, name=component.name, callers=component.callers
        )
        self._consumers: list[Consumer] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._relay: Relay | None = None  # once the database is there
        self._missing: str | None = "starting"

    def start(self) -> None:
        """Returns at once; the component begins to work as soon as its database and its queues are there."""
        self._tasks.append(run_once(self._begin(), name=f"{self._component.name}.begin"))

    async def _begin(self) -> None:
        await self._wait_for_database()
        component = self._component
        for each in (*self._relaying(), *component.periodics):
            name = f"{component.name}.{each.name}"
            self._tasks.append(run_for_ever(_repeat(component.name, each), name=name))
        for lane in sorted({kind.lane for kind in component.handlers if issubclass(kind, Request)}):
            queue = rpc_queue(component.name, lane)
            self._consumers.append(
                await self._bus.consume(queue, self._dispatch.request, at_most=PREFETCH[lane])
            )
        if any(not issubclass(kind, Request) for kind in component.handlers):
            queue = events_queue(component.name)
            self._consumers.append(
                await self._bus.consume(queue, self._dispatch.event, at_most=PREFETCH_EVENTS)
            )
        self._missing = None
        _log.info("component.ready", component=component.name)

    def _relaying(self) -> list[Periodic]:
        if self._component.outbox is None:
            return []
        self._relay = Relay(self._component.outbox, self._bus)
        run = Periodic("relay", 1.0, self._relay.run)  # it ends only by a fault
        measure = partial(self._relay.measure, self._component.name)
        return [run, Periodic("measure", _MEASURED_EVERY, measure)]

    async def _wait_for_database(self) -> None:
        """However wrong the database is: whoever mends it need not start anything again."""
        component, said = self._component, ""
        while component.database is not None and component.migrations is not None:
            self._missing = await _what_the_database_lacks(
                component.name, component.database, component.migrations
            )
            if self._missing is None:
                return
            if said != self._missing:
                said = self._missing
                _log.warning("component.waits", component=component.name, missing=said)
            await asyncio.sleep(_LOOKS_AGAIN_EVERY)

    async def problem(self) -> str | None:
        """What keeps it from working, for the readiness page."""
        database = self._component.database
        if self._missing is None and database is not None and (trouble := await database.problem()):
            return trouble
        return self._missing or self._bus.problem()

    async def stop(self) -> None:
        """Takes nothing new, finishes what is in hand, lets the relay's batch end, closes the database. Each
        of these is waited for only so long: a server that stands still keeps nobody from ending.
        """
        subscriptions = asyncio.gather(*(consumer.cancel() for consumer in self._consumers))
        await step("subscriptions", subscriptions, at_most=_ENDED_WITHIN)
        await self._dispatch.drain(at_most=DRAIN_WITHIN)
        if self._relay:
            await step("relay", self._relay.finish(at_most=_RELAY_WITHIN), at_most=_RELAY_WITHIN + 0.5)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_ENDED_WITHIN)
        if self._component.close:
            await step("component", self._component.close(), at_most=_CLOSED_WITHIN)
        if self._component.database:
            await step("database", self._component.database.close(), at_most=_ENDED_WITHIN + 1)


async def _what_the_database_lacks(name: str, database: Database, migrations: Path) -> str | None:
    """None when the component may begin to work on it."""
    try:
        missing = await missing_migrations(database, [(name, migrations)])
    except ForeignDatabase as error:
        return str(error)
    except TROUBLE_AT_THE_START as error:
        return why_away(error)
    return f"migrations to be applied: {', '.join(missing)}" if missing else None


async def _repeat(component: str, periodic: Periodic) -> None:
    with working_on(f"{component}.{periodic.name}"):
        while True:
            try:
                await periodic.action()
            except Exception as fault:
                _log.error("periodic.failed", name=periodic.name, **fault_fields(fault))
            await asyncio.sleep(periodic.every_seconds)


Settings = TypeVar("Settings", bound=ProcessSettings)


def run_process(
    name: str,
    settings_type: type[Settings],
    build: Callable[[Settings], Awaitable[Component]],
    *,
    variables: Collection[str],
) -> None:
    """The main function of a service: settings, bus, component, health page; returns after a drain. Exit code
    2 for bad settings.
    """
    run_with_settings(name, settings_type, partial(_run_component, build), variables=variables)


async def _run_component(build: Callable[[Settings], Awaitable[Component]], settings: Settings) -> None:
    bus = RabbitBus.of(settings, knocks_at=REPLIES)
    component = await build(settings)
    running = RunningComponent(component, bus)
    checks: dict[str, Check] = {"component": running.problem}
    proofs = KeyProofs(bus, component.keys) if component.keys else None
    if proofs:
        checks["keys"] = proofs.problem
    health = HealthPage(settings.admin_host, settings.admin_port, checks)
    bus.start()
    running.start()
    if proofs:
        proofs.start()
    if settings.admin_port:
        await health.start()
    await until_stopped()
    end_by_force_later()
    health.draining = True
    await running.stop()
    if proofs:
        await step("keys", proofs.stop(), at_most=_ENDED_WITHIN)
    await step("bus", bus.close(), at_most=_ENDED_WITHIN)
    await step("health", health.stop(), at_most=_ENDED_WITHIN)
