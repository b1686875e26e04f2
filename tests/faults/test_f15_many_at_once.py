"""F15: everybody at once, on a machine that has no time. Nobody is worked for in vain, everybody is served in
turn.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Literal

import aiohttp
from faults.browser import Page
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.customers import some_customers
from faults.ledger import Ledger
from faults.load import import_customers
from faults.plant import Plant
from faults.test_f15_overload import COSTLY, log_in

from chassis.messaging.breaker import OPEN_FOR_AT_MOST

PULSE = 0.4  # seconds
ALL_SERVED_WITHIN = 900.0  # seconds: a bound on hanging
_LOG_INS = re.compile(r'handling_seconds_count\{type="identity\.log_in\.v1"\} ([\d.e+]+)')


@asynccontextmanager
async def starved(plant: Plant, component: str) -> AsyncIterator[None]:
    """Half of the time it gets none."""

    async def pulse() -> None:
        while True:
            plant.freeze(component)
            try:
                await asyncio.sleep(PULSE)
            finally:
                plant.thaw(component)
            await asyncio.sleep(PULSE)

    pulsing = asyncio.create_task(pulse())
    try:
        yield
    finally:
        pulsing.cancel()
        await asyncio.gather(pulsing, return_exceptions=True)


async def worked_for(plant: Plant) -> int:
    """How many log-ins identity has begun to work on."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{plant.admin_url('identity')}/metrics") as response,
    ):
        found = _LOG_INS.search(await response.text())
    return int(float(found[1])) if found else 0


async def until_answered(plant: Plant, ledger: Ledger, visitors: Iterator[int], pages: list[Page]) -> None:
    """One who presses again, after a moment, as often as he is turned away."""
    while True:
        page = await log_in(plant, ledger, next(visitors))
        pages.append(page)
        if not page.is_trouble:
            return
        await asyncio.sleep(2.0)


async def everybody_at_once(plant: Plant, ledger: Ledger, count: int) -> tuple[list[Page], int]:
    """All pages, until everybody is answered, and how many log-ins were worked for."""
    pages: list[Page] = []
    visitors = itertools.count(1)
    async with starved(plant, "identity"), asyncio.timeout(ALL_SERVED_WITHIN):
        await asyncio.gather(*(until_answered(plant, ledger, visitors, pages) for _ in range(count)))
    return pages, await worked_for(plant)


async def test_everybody_who_comes_at_once_is_answered_in_turn(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: Literal["smoke", "full"]
) -> None:
    """Who finds no place is told so and comes again; nobody hangs, and nothing is left behind."""
    plant = await make_plant(environment={"identity": COSTLY})
    customers = some_customers(2, seed=seed)
    await import_customers(plant, customers)
    count = 500 if scale == "full" else 60
    pages, worked = await everybody_at_once(plant, ledger, count)
    away, in_vain = len(pages) - count, worked - count
    ledger.note("figure", "f15_at_once", answered=count, turned_away=away, worked_in_vain=in_vain)
    assert {page.status for page in pages} <= {422, 503}
    await at_rest(plant, within=30)
    # A crowd on a machine that is starved on purpose: nobody hangs, however long it takes.
    assert await violations(plant, ledger, customers=customers, over_budget=30) == []


async def worked_for_the_gone(make_plant: MakePlant, ledger: Ledger, guards_off: tuple[str, ...] = ()) -> int:
    """How many log-ins identity works for though nobody waits any more: it had them in hand while it stood
    still, where no queue can drop them.
    """
    plant = await make_plant(guards_off=guards_off)
    visitors = itertools.count(1)
    assert not (await log_in(plant, ledger, next(visitors))).is_trouble
    before = await worked_for(plant)
    plant.freeze("identity")
    try:
        pages = await asyncio.gather(*(log_in(plant, ledger, next(visitors)) for _ in range(20)))
    finally:
        plant.thaw("identity")
    assert {page.status for page in pages} == {503}
    await asyncio.sleep(OPEN_FOR_AT_MOST + 1)  # so that every further one reaches identity
    tries = 1
    async with asyncio.timeout(ALL_SERVED_WITHIN):
        while (await log_in(plant, ledger, next(visitors))).is_trouble:
            tries += 1
    return await worked_for(plant) - before - tries


async def test_nobody_is_worked_for_who_has_gone(make_plant: MakePlant, ledger: Ledger) -> None:
    """Time in the queue counts: what is too late is dropped before a hash."""
    assert await worked_for_the_gone(make_plant, ledger) <= 0


async def test_without_the_queues_time_in_the_budget_those_who_have_gone_are_worked_for(
    make_plant: MakePlant, ledger: Ledger
) -> None:
    """Each costs a hash, which those who wait do not get."""
    assert await worked_for_the_gone(make_plant, ledger, ("queue_time",)) > 0
