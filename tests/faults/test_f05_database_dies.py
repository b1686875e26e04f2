"""F5: PostgreSQL ends without a word, again and again; another server takes its place; a demoted one still
answers reads.
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
from faults.probe import Probe, spread
from faults.standby import standby_of

from mypage.local.databases import SERVICES

TOLD_WITHIN = (
    2.0  # seconds until a customer reads 503; the design says 1, on a machine that does nothing else
)
SERVED_WITHIN = 20.0  # seconds after the server is back; the design says 5
REST_WITHIN = 60.0


async def refusals(probe: Probe, count: int) -> list[float]:
    """After how many seconds each of some customers was told that it does not work now."""
    pages = [await probe.ask() for _ in range(count)]
    assert [page.status for page in pages] == [503] * count
    assert max(page.seconds for page in pages) < TOLD_WITHIN
    return [page.seconds for page in pages]


@pytest.mark.smoke
async def test_a_database_that_crashes_again_and_again_loses_nothing(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: Literal["smoke", "full"]
) -> None:
    """503 meanwhile, work again soon after each start, and every registration that was confirmed is there."""
    crashes, count = (1, 10) if scale == "smoke" else (10, 60)
    plant = await make_plant(own_servers=True, durable=True)
    customers, rng = some_customers(count + 1, seed=seed), random.Random(seed)
    await import_customers(plant, customers)
    told, served = list[float](), list[float]()
    async with (
        Load(plant, ledger, customers[:count], per_second=5, seed=seed) as load,
        Probe(plant, ledger, customers[count]) as probe,
    ):
        await load.until(1)
        for _ in range(crashes):
            await asyncio.sleep(rng.uniform(0.2, 1.0))
            ledger.done("postgres", "crash")
            await plant.servers.crash_database()
            told += await refusals(probe, 3)
            await plant.servers.start_database()
            served.append(await probe.until_served(SERVED_WITHIN))
    ledger.note("figure", "f5_told", **spread(told))
    ledger.note("figure", "f5_served_again", **spread(served))
    await at_rest(plant, within=REST_WITHIN)
    assert load.gave_up == {}
    assert await violations(plant, ledger, customers=customers) == []


async def test_a_standby_that_is_promoted_goes_on_with_everything_that_was_confirmed(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """Two hosts in the URL, and the services find the one that takes writes; nothing is lost, as replication
    is synchronous (K20).
    """
    plant = await make_plant(own_servers=True, durable=True)
    customers = some_customers(41, seed=seed)
    await import_customers(plant, customers)
    async with standby_of(plant.servers) as standby:
        standby.use(plant)
        await asyncio.gather(*(plant.restart(service) for service in SERVICES))
        async with (
            Load(plant, ledger, customers[:40], per_second=5, seed=seed) as load,
            Probe(plant, ledger, customers[40]) as probe,
        ):
            await load.until(3)
            ledger.done("postgres", "crash")
            await plant.servers.crash_database()
            told = await refusals(probe, 3)
            await standby.promote(plant)
            served = await probe.until_served(SERVED_WITHIN)
        ledger.note("figure", "f5_told_before_promotion", **spread(told))
        ledger.note("figure", "f5_served_after_promotion", seconds=round(served, 3))
        await at_rest(plant, within=REST_WITHIN)
        assert load.gave_up == {}
        assert await violations(plant, ledger, customers=customers) == []


async def demote(plant: Plant, *, read_only: bool) -> None:
    """All four databases answer reads only, or take writes again; for new sessions, as on a server that was
    demoted and lives on.
    """
    plant.ledger.done("postgres", "demote" if read_only else "promote")
    for service in SERVICES:
        name = plant.servers.database_name(service)
        async with plant.administered(service) as database, database.own_connection() as connection:
            change = (
                "SET default_transaction_read_only = on"
                if read_only
                else "RESET default_transaction_read_only"
            )
            await connection.execute("SET default_transaction_read_only = off")
            await connection.execute(f"ALTER DATABASE {name} {change}")
            if read_only:
                others = """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = $1 AND pid <> pg_backend_pid()
                """
                await connection.execute(others, name)


@pytest.mark.parametrize("url_ends_with", ["", "?target_session_attrs=read-write"])
async def test_a_server_that_only_answers_reads_is_left_as_soon_as_it_can_be(
    make_plant: MakePlant, ledger: Ledger, seed: int, url_ends_with: str
) -> None:
    """A connection that took no write (SQLSTATE 25006) is not used a second time: the pool recovers by
    itself.
    """
    plant = await make_plant()
    for service in SERVICES if url_ends_with else ():
        plant.environment_of(service)["MYPAGE_DATABASE_URL"] = (
            plant.servers.database_url(service) + url_ends_with
        )
        await plant.restart(service)
    customers = some_customers(13, seed=seed)
    await import_customers(plant, customers)
    async with (
        Load(plant, ledger, customers[:12], per_second=5, seed=seed) as load,
        Probe(plant, ledger, customers[12]) as probe,
    ):
        await load.until(2)
        await demote(plant, read_only=True)
        assert [(await probe.try_to_log_in()).status for _ in range(5)] == [503] * 5
        await demote(plant, read_only=False)
        after = [(await probe.try_to_log_in()).status for _ in range(5)]
    assert after[1:] == [422] * 4  # the first one may still have met an old connection
    await at_rest(plant, within=REST_WITHIN)
    assert load.gave_up == {}
    assert await violations(plant, ledger, customers=customers) == []


async def test_without_expiry_a_connection_that_takes_no_write_is_used_for_ever(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """The server takes writes again, and the customer is still turned away. One connection, so that he cannot
    be given another one.
    """
    plant = await make_plant(
        guards_off=["expire"], environment={"identity": {"MYPAGE_DATABASE_CONNECTIONS": "1"}}
    )
    async with Probe(plant, ledger, some_customers(1, seed=seed)[0]) as probe:
        await demote(plant, read_only=True)
        assert (await probe.try_to_log_in()).status == 503
        await demote(plant, read_only=False)
        with pytest.raises(TimeoutError):
            await probe.until_served(3, probe.try_to_log_in)
