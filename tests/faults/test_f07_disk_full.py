"""F7: the databases' disk is full. Whoever wants to write is told so, nothing is left half done, and nothing
has to be restarted.
"""

from __future__ import annotations

import asyncio

import pytest
from faults.checker import NotAtRest, at_rest, violations
from faults.conftest import MakePlant
from faults.customers import Customer, some_customers
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.plant import Plant
from faults.probe import Probe, spread
from faults.smtp_sink import Treatment

from mypage.local.databases import SERVICES

REST_WITHIN = 40.0  # seconds; the second waiting room of the retry ladder alone takes a minute
TOLD_WITHIN = 2.0  # seconds until a customer reads 503

# What PostgreSQL itself says when a table cannot grow (ENOSPC). A small file system of our own would need
# rights that not everybody has.
FILL = """
    CREATE OR REPLACE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$
"""
MAKE_ROOM = (
    "CREATE OR REPLACE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
)
WATCH = (
    "CREATE TRIGGER disk_full BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION disk_full()"
)


async def run_everywhere(plant: Plant, statement: str, *, pause: float = 0) -> None:
    """In the database of every service, so many seconds after each other."""
    for service in SERVICES:
        async with plant.administered(service) as database, database.transaction() as tx:
            await tx.execute(statement)
        await asyncio.sleep(pause)


async def prepare(plant: Plant) -> None:
    """Every row that is written passes the trigger from now on; there is still room."""
    await run_everywhere(plant, MAKE_ROOM)
    for service in SERVICES:
        async with plant.administered(service) as database, database.transaction() as tx:
            for row in await tx.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
                await tx.execute(WATCH.format(table=row["tablename"]))


async def fill_the_disk(
    plant: Plant, ledger: Ledger, seed: int, *, seconds: float
) -> tuple[list[Customer], Load]:
    """Customers come, the disk is full for a while, and then there is room again, and rest. Raises NotAtRest.

    The relay is slow enough that it takes mails while their end cannot be stored.
    """
    customers = some_customers(25, seed=seed)
    await import_customers(plant, customers)
    await prepare(plant)
    plant.sink.usual = Treatment(slow=1.0)
    async with (
        Load(plant, ledger, customers[:24], per_second=4, seed=seed) as load,
        Probe(plant, ledger, customers[24]) as probe,
    ):
        await load.until(4)
        ledger.done("disk", "full")
        await run_everywhere(
            plant, FILL, pause=1.5
        )  # what notification still says meets a registration without room
        ends = asyncio.get_running_loop().time() + seconds
        pages = []
        while asyncio.get_running_loop().time() < ends:
            pages.append(await probe.try_to_log_in())
            await asyncio.sleep(0.5)
        ledger.done("disk", "room")
        await run_everywhere(plant, MAKE_ROOM)
        assert {page.status for page in pages} == {503}
        assert max(page.seconds for page in pages) < TOLD_WITHIN
        assert all('id="reference"' in page.text for page in pages)
        served = await probe.until_served(10, probe.try_to_log_in)
        await at_rest(plant, within=REST_WITHIN)
    ledger.note("figure", "f7_told", **spread([page.seconds for page in pages]))
    ledger.note("figure", "f7_served_again", seconds=round(served, 3))
    return customers, load


async def test_a_full_disk_is_told_and_costs_nothing(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """Longer than two steps of the retry ladder: no dead letter, no second mail, no restart, and everybody
    ends where he wanted to.
    """
    plant = await make_plant()
    customers, load = await fill_the_disk(plant, ledger, seed, seconds=32)
    await at_rest(plant, within=REST_WITHIN)
    assert load.gave_up == {}
    assert not plant.deaths
    assert await violations(plant, ledger, customers=customers) == []


async def test_without_patience_events_that_met_a_full_disk_are_late(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """They climbed the ladder, and wait for a minute although there is room again."""
    plant = await make_plant(guards_off=["patience"])
    with pytest.raises(NotAtRest, match=r"I8: .*mypage\.retry\.1m"):
        await fill_the_disk(plant, ledger, seed, seconds=13)
