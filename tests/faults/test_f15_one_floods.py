"""F15, from one place: somebody tries contracts as fast as he can. Others are served in their turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from faults.browser import Browser, LoadBalancer, Page
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.customers import Customer, some_customers
from faults.ledger import Ledger
from faults.load import import_customers
from faults.plant import Plant

AT_ONCE = 500  # tries of the one who floods: eight times the places of a lane
DATABASE_AWAY = 0.1  # seconds each way, so that places are held for as long as on a busy evening


async def prove(browser: Browser, customer: Customer) -> Page:
    """[認証]."""
    fields = ("customer_number", "phone_number", "holder_kana")
    return await browser.post("/register", **{name: getattr(customer, name) for name in fields})


@asynccontextmanager
async def flooded(plant: Plant, ledger: Ledger, stranger: Customer) -> AsyncIterator[list[Page]]:
    """He presses again whenever he is answered, in as many windows. What he was told so far."""
    told: list[Page] = []
    browser = Browser(LoadBalancer(plant), ledger, "stranger", stranger.network)

    async def one_window() -> None:
        while True:
            told.append(await prove(browser, stranger))

    ledger.done("identity", "flood", at_once=AT_ONCE)
    windows = [asyncio.create_task(one_window()) for _ in range(AT_ONCE)]
    try:
        while not told:  # until then the line may be empty
            await asyncio.sleep(0.1)
        yield told
    finally:
        for each in windows:
            each.cancel()
        await asyncio.gather(*windows, return_exceptions=True)
        await browser.close()


async def pages_of_others(
    make_plant: MakePlant, ledger: Ledger, seed: int, guards_off: tuple[str, ...] = ()
) -> list[Page]:
    """What five customers see who prove their contracts meanwhile, one after the other."""
    plant = await make_plant(proxies=[("identity", "sql")], guards_off=guards_off)
    *customers, stranger = some_customers(6, seed=seed)
    await import_customers(plant, customers)
    plant.proxies["identity", "sql"].delay(DATABASE_AWAY)
    pages = []
    async with flooded(plant, ledger, stranger) as told:
        for customer in customers:
            browser = Browser(LoadBalancer(plant), ledger, customer.customer_number, customer.network)
            pages.append(await prove(browser, customer))
            await browser.close()
    ledger.note("figure", "f15_one_floods", told=len(told), seconds=[page.seconds for page in pages])
    plant.proxies["identity", "sql"].delay(0)
    await at_rest(plant, within=60)
    if not guards_off:
        assert await violations(plant, ledger, customers=customers, over_budget=30) == []
    return pages


async def test_a_flood_from_one_place_keeps_nobody_else_waiting_for_more_than_a_turn(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """Each is answered at his first press."""
    pages = await pages_of_others(make_plant, ledger, seed)
    assert [page.status for page in pages] == [303] * 5


async def test_without_turns_everybody_waits_behind_the_flood(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """First come, first served: the others are told that the portal is too busy."""
    pages = await pages_of_others(make_plant, ledger, seed, ("turns",))
    assert any(page.is_trouble for page in pages)
