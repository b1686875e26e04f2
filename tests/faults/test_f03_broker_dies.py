"""F3: the broker is stopped and killed again and again. No confirmed message is lost, and meanwhile customers
are told no at once.
"""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import suppress
from typing import Literal

import pytest
from faults.checker import NotAtRest, at_rest, violations
from faults.conftest import MakePlant
from faults.customers import some_customers
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.plant import Plant
from faults.probe import spread
from faults.smtp_sink import Treatment
from faults.watch import ANSWERED, Watch

AT_ONCE = 1.0  # seconds; the design says 50 ms, on a machine of its own
SERVED_WITHIN = 30.0  # seconds after the port is open; the design says 3
HELD_FOR = 0.7  # seconds: how long a broker is stuck before its machine dies


async def stop_and_start(plant: Plant) -> float:
    """Cleanly, as for a change of its settings; when it was open again."""
    await plant.servers.rabbitmqctl("stop_app")
    await plant.servers.rabbitmqctl("start_app")
    return time.monotonic()


async def kill_and_start(plant: Plant, *, stuck_for: float) -> float:
    """`kill -9`; before it, the broker takes bytes and does nothing with them, as on a machine that is about
    to die.
    """
    plant.servers.freeze_broker()
    await asyncio.sleep(stuck_for)
    await plant.servers.rabbit.kill()
    await plant.servers.rabbit.start()
    return time.monotonic()


async def break_broker(
    plant: Plant, ledger: Ledger, watch: Watch, how: Literal["stop", "kill"], stuck_for: float = 0.0
) -> list[float]:
    """Once; how long the refusals meanwhile took. Returns when calls are answered again."""
    ledger.done("broker", how)
    began = time.monotonic()
    opened = await (stop_and_start(plant) if how == "stop" else kill_and_start(plant, stuck_for=stuck_for))
    await plant.ready(within=SERVED_WITHIN)
    served = await watch.until(ANSWERED, within=SERVED_WITHIN, after=opened)
    ledger.note(
        "figure", f"f03_served_after_{how}", down=round(opened - began, 2), seconds=round(served - opened, 2)
    )
    return [each.seconds for each in watch.between(began + stuck_for + AT_ONCE, opened) if each.status == 503]


def told_at_once(ledger: Ledger, refusals: list[float], breaks: int) -> bool:
    """The figure of the fault, also in the ledger. Who asks just when the broker is back, before the services
    are, may wait in vain.
    """
    late = sum(1 for each in refusals if each >= AT_ONCE)
    ledger.note("figure", "f03_refused", count=len(refusals), late=late, **spread(refusals))
    return late <= breaks


@pytest.mark.smoke
async def test_a_broker_that_is_stopped_and_killed_loses_nothing(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: Literal["smoke", "full"]
) -> None:
    """Ten stops and five kills in a random order, under load; before some of the kills the broker is stuck
    for a moment.
    """
    stops, kills, count = (0, 1, 12) if scale == "smoke" else (10, 5, 300)
    plant = await make_plant(own_servers=True)
    customers = some_customers(count, seed=seed)
    await import_customers(plant, customers)
    plant.sink.usual = Treatment(slow=0.3)
    chance = random.Random(seed)
    breaks: list[Literal["stop", "kill"]] = [*["stop"] * stops, *["kill"] * kills]
    chance.shuffle(breaks)
    refusals = []
    async with Load(plant, ledger, customers, per_second=3, seed=seed) as load, Watch(plant, ledger) as watch:
        for how in breaks:
            await load.until(load.done_count + 3)
            refusals += await break_broker(
                plant, ledger, watch, how, stuck_for=chance.choice([0.0, HELD_FOR]) if how == "kill" else 0.0
            )
        load.enough()
    assert told_at_once(ledger, refusals, len(breaks))
    await at_rest(plant, within=60)
    assert await violations(plant, ledger, customers=customers) == []


async def test_without_confirms_a_killed_broker_is_found_out(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """What was on its way into a broker that then died is gone, and nobody publishes it again."""
    plant = await make_plant(own_servers=True, guards_off=["confirms"])
    customers = some_customers(24, seed=seed)
    await import_customers(plant, customers)
    plant.sink.usual = Treatment(
        slow=0.3
    )  # mails end while the broker is stuck, and the word of it is on its way
    async with Load(plant, ledger, customers, per_second=8, seed=seed, patience=30):
        while len(plant.sink.attempts) < 8:
            await asyncio.sleep(0.01)
        await kill_and_start(plant, stuck_for=HELD_FOR)
    with suppress(NotAtRest):
        await at_rest(plant, within=10)
    found = await violations(plant, ledger)
    assert not [each for each in found if "outbox" in each or "messages in" in each], "it is late, not lost"
    assert any(each.startswith(("I1:", "I11:")) for each in found), found
