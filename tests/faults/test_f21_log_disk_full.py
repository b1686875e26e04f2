"""F21: the disk of the logs is full for a while, then free: a log line that is lost costs nobody his page."""

from __future__ import annotations

import asyncio
import json
import resource

import aiohttp
import pytest
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.customers import some_customers
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.plant import Plant


@pytest.mark.parametrize("guards_off", [[], ["log_sink"]], ids=["", "without_the_log_sink_it_is_found_out"])
async def test_a_full_disk_of_logs_ends_nobodys_work(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: str, guards_off: list[str]
) -> None:
    """No write to any log file succeeds for 26 seconds; customers come before, meanwhile and afterwards."""
    plant = await make_plant(guards_off=guards_off)
    customers = some_customers(60 if scale == "full" and not guards_off else 12, seed=seed)
    await import_customers(plant, customers)
    async with Load(plant, ledger, customers, per_second=3, seed=seed, patience=60) as load:
        await load.until(len(customers) // 4)
        limit_logs(plant, 1)
        ledger.done("logs", "full")
        await asyncio.sleep(26 if scale == "full" else 8)
        limit_logs(plant, resource.RLIM_INFINITY)
        ledger.done("logs", "free")
    await at_rest(plant, within=60)
    found = await violations(plant, ledger, customers=customers)
    if guards_off:
        assert found, "nobody noticed"
        return
    assert found == []
    assert load.gave_up == {}
    assert await dead_loops(plant) == {}
    await load.browser(customers[0]).get("/login")  # the next line says how many were lost
    assert "log.lines_lost" in {json.loads(line)["event"] for line in plant.logs()["gateway-1"].splitlines()}


def limit_logs(plant: Plant, size: int) -> None:
    """No file of these processes may grow beyond so many bytes: the write fails, as on a full disk."""
    for pid in filter(None, map(plant.pid, plant.names)):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


async def dead_loops(plant: Plant) -> dict[str, str]:
    """Which processes say that they are not alive."""
    found = {}
    async with aiohttp.ClientSession() as session:
        for name in plant.names:
            async with session.get(f"{plant.admin_url(name)}/livez") as answer:
                if answer.status != 200:
                    found[name] = await answer.text()
    return found
