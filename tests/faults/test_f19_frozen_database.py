"""F19: PostgreSQL stands still for 7 to 14 s and keeps its connections, at each statement. Work is cancelled
and processes are told to stop meanwhile: they end, and nothing is lost or done twice.
"""

from __future__ import annotations

import asyncio
import random
from typing import Literal

import pytest
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.customers import some_customers
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.plant import Plant

from chassis.process.stopping import STOPPED_WITHIN

DOERS = ("identity", "registration", "notification")
LONGEST_TRANSACTION = 16  # statements
REST_WITHIN = 90.0  # seconds
COMES_WITHIN = 20.0  # seconds until a statement of that number is said: relays look once a second


async def stand_still_at(plant: Plant, statement: int, *, seconds: float) -> None:
    """Each database is gone from the network when its service says its so-manieth statement from now. What
    waits for it is cancelled when its own deadline passes.
    """
    plant.ledger.done("postgres", "freeze", statement=statement, seconds=round(seconds, 1))
    proxies = [plant.proxies[service, "sql"] for service in DOERS]
    for proxy in proxies:
        proxy.stall_at(statement)
    async with asyncio.timeout(COMES_WITHIN):
        while not all(proxy.is_stalled for proxy in proxies):
            await asyncio.sleep(0.01)
    await asyncio.sleep(seconds)
    for proxy in proxies:
        proxy.resume()
    plant.ledger.done("postgres", "thaw")


async def stop_in_a_freeze(plant: Plant, *, seconds: float, after: float) -> list[str]:
    """The server stops, then each of the services is told to; who of them did not end by itself."""
    plant.ledger.done("postgres", "freeze", seconds=round(seconds, 1))
    plant.servers.freeze_database()
    await asyncio.sleep(after)
    names = [f"{service}-1" for service in DOERS]
    stopping = asyncio.gather(*(plant.terminate(name) for name in names))
    await asyncio.sleep(seconds - after)
    if after > 1:  # else it stands still until they have ended
        plant.servers.thaw_database()
    ended = await stopping
    plant.servers.thaw_database()
    plant.ledger.done("postgres", "thaw")
    plant.ledger.note("figure", "f19_exit_seconds", slowest=round(max(each.seconds for each in ended), 2))
    return [
        f"F19: {name} ended with code {each.code} after {each.seconds:.1f} s"
        for name, each in zip(names, ended, strict=True)
        if each.code != 0
    ]


async def test_work_that_is_cancelled_at_any_statement_of_a_frozen_database_is_not_lost(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: Literal["smoke", "full"]
) -> None:
    """Requests run out of time in every place; what they began is done, or not done, and never half."""
    rng = random.Random(seed)
    statements = list(range(1, LONGEST_TRANSACTION + 1))
    rng.shuffle(statements)
    statements = statements[:1] if scale == "smoke" else statements
    plant = await make_plant(proxies=[(service, "sql") for service in DOERS])
    customers = some_customers(8 * len(statements), seed=seed)
    await import_customers(plant, customers)
    async with Load(plant, ledger, customers, per_second=1, seed=seed) as load:
        await load.until(2)
        for statement in statements:
            await stand_still_at(plant, statement, seconds=rng.uniform(7, 14))
            await plant.ready()
            await asyncio.sleep(2)
    await at_rest(plant, within=REST_WITHIN)
    assert await violations(plant, ledger, customers=customers) == []


@pytest.mark.smoke
async def test_services_that_are_told_to_stop_while_their_database_is_frozen_end(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: Literal["smoke", "full"]
) -> None:
    """By themselves, long before they would be killed; and their work goes on where it was."""
    rng, rounds = random.Random(seed), 1 if scale == "smoke" else 10
    plant = await make_plant(own_servers=True, durable=True)
    customers = some_customers(8 * rounds, seed=seed)
    await import_customers(plant, customers)
    found = list[str]()
    async with Load(plant, ledger, customers, per_second=1, seed=seed) as load:
        await load.until(2)
        for number in range(rounds):
            after = (0.0, rng.uniform(0.2, 1.0), rng.uniform(1.5, 6.5))[number % 3]
            found += await stop_in_a_freeze(plant, seconds=rng.uniform(7, 14), after=after)
            await plant.ready()
            await asyncio.sleep(2)
    await at_rest(plant, within=REST_WITHIN)
    # The relay may have just taken a mail of which no database could be told any more, as at a death.
    assert found + await violations(plant, ledger, customers=customers, extra_mails=rounds) == []


async def test_without_the_cancellation_a_service_does_not_end_in_a_freeze(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """A loop that forgives the database everything goes on; the kernel has to end the process."""
    plant = await make_plant(own_servers=True, durable=True, guards_off=["cancellation"])
    customers = some_customers(8, seed=seed)
    await import_customers(plant, customers)
    async with Load(plant, ledger, customers, per_second=2, seed=seed) as load:
        await load.until(1)
        found = await stop_in_a_freeze(plant, seconds=STOPPED_WITHIN + 3.0, after=0.5)
    assert found
