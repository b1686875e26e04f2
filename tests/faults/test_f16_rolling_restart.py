"""F16: every part is restarted while customers come, one process after the other, as at each new release.
Nobody notices.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Sequence

import aiohttp
import pytest
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.customers import Customer, some_customers
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.plant import Plant
from faults.servers import COMPONENTS
from faults.smtp_sink import Treatment
from faults.supervisor import Ended

ENDS_WITHIN = 15.0  # seconds
TWO_OF_EACH = dict.fromkeys(COMPONENTS, 2)
_DUPLICATES = re.compile(r"^mypage_inbox_duplicates_total\{.*\} ([0-9.]+)$", re.MULTILINE)


class Duplicates:
    """Events that came again, counted by every process that ever ran: a counter ends with its process."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._seen: dict[int | None, float] = {}  # by process id

    async def look(self) -> float:
        """How many there were up to now. A process that is just starting has seen none."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)) as session:
            for name in self._plant.names:
                try:
                    async with session.get(f"{self._plant.admin_url(name)}/metrics") as answer:
                        found = _DUPLICATES.findall(await answer.text())
                except (aiohttp.ClientError, TimeoutError):
                    continue
                self._seen[self._plant.pid(name)] = sum(map(float, found))
        return sum(self._seen.values())


async def roll(plant: Plant, ledger: Ledger, components: Sequence[str], duplicates: Duplicates) -> list[str]:
    """SIGTERM to one process after the other, each time until it is ready again. What is wrong with how they
    ended.
    """
    ended: dict[str, Ended] = {}
    for name in [each for component in components for each in plant.processes_of(component)]:
        await duplicates.look()
        ended[name] = await plant.terminate(name)
        await asyncio.sleep(0.1)
        await plant.ready(name=name)
    slowest = max(each.seconds for each in ended.values())
    ledger.note("figure", "f16_exit_seconds", slowest=round(slowest, 2), processes=len(ended))
    return [
        f"F16: {name} ended with code {each.code} after {each.seconds:.1f} s"
        for name, each in ended.items()
        if each.code != 0 or each.seconds > ENDS_WITHIN
    ]


async def noticed(plant: Plant, ledger: Ledger, duplicates: Duplicates) -> list[str]:
    """What customers noticed, and work that was done and came again all the same."""
    async with (await plant.database("notification")).transaction() as tx:
        doubled = await tx.fetchval("SELECT count(*) FROM mails WHERE possible_duplicate")
    failed = [entry for what in ("trouble", "no_answer") for entry in ledger.told_of(what)]
    again = await duplicates.look()
    ledger.note(
        "figure",
        "f16_noticed",
        failed_requests=len(failed),
        redelivered=again,
        possibly_doubled_mails=doubled,
    )
    found = [f"F16: customer {e.who} had trouble {e.since} s into the run: {e.facts}" for e in failed]
    found += [f"F16: {again:.0f} finished messages came again"] if again else []
    return found + ([f"F16: {doubled} mails were begun twice"] if doubled else [])


async def rolling_restart(
    plant: Plant,
    ledger: Ledger,
    customers: list[Customer],
    seed: int,
    components: Sequence[str],
    *,
    per_second: float = 3,
) -> list[str]:
    """Under load, until every process of the components is a new one. What is wrong."""
    plant.sink.usual = Treatment(slow=0.5)  # a mail is nearly always on its way
    await import_customers(plant, customers)
    duplicates = Duplicates(plant)
    async with Load(plant, ledger, customers, per_second=per_second, seed=seed) as load:
        await load.until(3)
        found = await roll(plant, ledger, components, duplicates)
        load.enough()
    await at_rest(plant, within=20)
    return (
        found
        + await noticed(plant, ledger, duplicates)
        + await violations(plant, ledger, customers=customers)
    )


async def test_no_customer_notices_a_rolling_restart(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: str
) -> None:
    """Two processes of each component: no request fails, no work is done twice, every process ends well and
    soon.
    """
    plant = await make_plant(replicas=TWO_OF_EACH)
    components = list(COMPONENTS)
    random.Random(seed).shuffle(components)
    count = 400 if scale == "full" else 100
    customers = some_customers(count, seed=seed)
    assert (
        await rolling_restart(
            plant, ledger, customers, seed, components if scale == "full" else components[:2]
        )
        == []
    )


@pytest.mark.smoke
async def test_no_customer_notices_a_restart_of_registration(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """The component with the most to lose, and a gateway beside it that stays."""
    plant = await make_plant(replicas={"registration": 2})
    assert await rolling_restart(plant, ledger, some_customers(60, seed=seed), seed, ["registration"]) == []


async def test_without_a_drain_a_rolling_restart_is_noticed(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """SIGTERM ends a process in the middle of its work: requests fail, and mails are begun twice."""
    plant = await make_plant(replicas={"gateway": 2, "notification": 2}, guards_off=["drain"])
    found = await rolling_restart(
        plant, ledger, some_customers(60, seed=seed), seed, ["notification", "gateway"], per_second=8
    )
    assert [
        each for each in found if each.startswith("F16:") and ("had trouble" in each or "begun twice" in each)
    ]


async def test_restarting_the_broker_and_the_database_loses_nothing(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: str
) -> None:
    """There is one of each here, so customers may read 503 meanwhile; nothing that was confirmed is gone, and
    all goes on by itself.
    """
    plant = await make_plant(own_servers=True, durable=True)
    customers = some_customers(60 if scale == "full" else 20, seed=seed)
    await import_customers(plant, customers)
    async with Load(plant, ledger, customers, per_second=5, seed=seed) as load:
        await load.until(2)
        ledger.done("broker", "restart")
        await plant.servers.rabbitmqctl("stop_app")
        await plant.servers.rabbitmqctl("start_app")
        await plant.ready()
        ledger.done("postgres", "restart")
        await plant.servers.postgres.stop()
        await plant.servers.start_database()
        await plant.ready()
    await at_rest(plant, within=30)
    assert load.gave_up == {}
    assert await violations(plant, ledger, customers=customers, extra_mails=6) == []
