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

PULSE = 0.4  # seconds
ALL_SERVED_WITHIN = 300.0  # seconds: a bound on hanging
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


def figures(ledger: Ledger, name: str, pages: list[Page], worked: int) -> float:
    """The part of the work that nobody heard of."""
    answered = sum(not page.is_trouble for page in pages)
    in_vain = (worked - answered) / worked
    ledger.note(
        "figure", name, answered=answered, turned_away=len(pages) - answered, in_vain=round(in_vain, 3)
    )
    return in_vain


async def test_everybody_who_comes_at_once_is_answered_and_hardly_anybody_worked_for_in_vain(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: Literal["smoke", "full"]
) -> None:
    """Whose time is over is dropped before a hash; the others are answered in turn."""
    plant = await make_plant(environment={"identity": COSTLY})
    customers = some_customers(2, seed=seed)
    await import_customers(plant, customers)
    pages, worked = await everybody_at_once(plant, ledger, 500 if scale == "full" else 60)
    in_vain = figures(ledger, "f15_at_once", pages, worked)
    assert {page.status for page in pages} <= {422, 503}
    assert in_vain < 0.5
    await at_rest(plant, within=30)
    assert await violations(plant, ledger, customers=customers) == []


async def test_without_the_queues_time_in_the_budget_most_work_is_in_vain(
    make_plant: MakePlant, ledger: Ledger
) -> None:
    """Hashes for those who have gone keep those waiting who are there."""
    plant = await make_plant(environment={"identity": COSTLY}, guards_off=["queue_time", "breaker"])
    loop, pages, visitors = asyncio.get_running_loop(), list[Page](), itertools.count(1)
    ends_at = loop.time() + 20

    async with starved(plant, "identity"):
        while loop.time() < ends_at:
            pages += await asyncio.gather(*(log_in(plant, ledger, next(visitors)) for _ in range(200)))
    assert figures(ledger, "f15_without_queue_time", pages, await worked_for(plant)) > 0.5
