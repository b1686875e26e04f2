"""F4: the network between the parts cuts, swallows, delays and half opens. Nothing is lost, nobody hangs,
nothing piles up.
"""

from __future__ import annotations

import asyncio
import random
import time
from typing import Literal

import pytest
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.customers import some_customers
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.plant import Plant
from faults.probe import spread
from faults.watch import ANSWERED, Answer, Watch

BROKER = [(component, "amqp") for component in ("gateway", "identity", "registration", "notification")]
ALL = [*BROKER, ("identity", "sql"), ("registration", "sql")]
AT_ONCE = 1.0  # seconds
AT_A_TIME = 4  # parts whose connections are cut at one moment
SILENT_FOR = 48.0  # seconds: a connection that died in silence is found within 33
BEFORE_IT_OPENS = 28.0  # seconds: five times the deadline of the one who watches, and some
DEADLINE = 5.0  # seconds
PROBES = 4  # late answers after that: the breaker asks again after 1, 2, 4, 8 and 10 seconds
SLOW_FOR = 8.0  # seconds
HEALED_WITHIN = 30.0  # seconds; the design says 5, on a machine of its own


def broken(ledger: Ledger, where: tuple[str, str], how: str) -> None:
    """Into the ledger."""
    ledger.done("-".join(where), how)


async def healed(plant: Plant, ledger: Ledger, watch: Watch, what: str) -> None:
    """Waits until all are ready and a call is answered; how long that took goes into the ledger."""
    since = time.monotonic()
    ready = await plant.ready(HEALED_WITHIN)
    served = await watch.until(ANSWERED, within=HEALED_WITHIN, after=since) - since
    ledger.note("figure", f"f04_healed_after_{what}", ready=round(ready, 2), served=round(served, 2))


@pytest.mark.smoke
async def test_connections_that_are_cut_again_and_again_lose_nothing(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: Literal["smoke", "full"]
) -> None:
    """To the broker and to databases, of any four parts at a time, a hundred cuts under load."""
    rounds, count = (3, 8) if scale == "smoke" else (25, 100)
    plant, chance = await make_plant(proxies=ALL), random.Random(seed)
    customers = some_customers(count, seed=seed)
    await import_customers(plant, customers)
    connections = 0
    async with Load(plant, ledger, customers, per_second=4, seed=seed) as load, Watch(plant, ledger) as watch:
        await load.until(1)
        for _ in range(rounds):
            for where in chance.sample(ALL, AT_A_TIME):
                broken(ledger, where, "cut")
                connections += plant.proxies[where].open
                plant.proxies[where].cut()
            await asyncio.sleep(chance.uniform(0.5, 2.0))
        load.enough()
        ledger.note("figure", "f04_cut", connections=connections)
        await healed(plant, ledger, watch, "cuts")
    assert connections > rounds * AT_A_TIME / 2
    await at_rest(plant, within=60)
    assert await violations(plant, ledger, customers=customers) == []


async def go_silent(plant: Plant, ledger: Ledger) -> dict[str, float]:
    """A black hole at registration; identity's ends are gone without the broker's hearing, notification's the
    other way round.

    Who noticed, after how many seconds, in SILENT_FOR; then the black hole is over.
    """
    began, noticed = time.monotonic(), dict[str, float]()
    for component, how in (
        ("registration", "stall"),
        ("identity", "half open at the broker"),
        ("notification", "half open"),
    ):
        broken(ledger, (component, "amqp"), how)
    plant.proxies["registration", "amqp"].stall()
    plant.proxies["identity", "amqp"].half_open("server")
    plant.proxies["notification", "amqp"].half_open("client")
    while (now := time.monotonic() - began) < SILENT_FOR:
        for name in await plant.not_ready():
            noticed.setdefault(name, round(now, 1))
        await asyncio.sleep(0.2)
    plant.proxies["registration", "amqp"].resume()
    ledger.note("figure", "f04_silence_noticed", **noticed)
    return noticed


def left_alone(answers: list[Answer], ledger: Ledger) -> bool:
    """Whether those who asked registration in all that silence were told no, and at once but for the
    breaker's probes.
    """
    late = [each for each in answers if each.seconds >= AT_ONCE]
    ledger.note(
        "figure",
        "f04_told_no_in_silence",
        count=len(answers),
        late=len(late),
        **spread([each.seconds for each in answers]),
    )
    return {each.status for each in answers} == {503} and len(late) <= PROBES


async def test_a_silent_network_is_noticed_and_a_slow_one_is_only_slow(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """Who asks waits for a deadline a few times, then hears no at once; a dead connection is found by its
    heartbeat.
    """
    plant = await make_plant(proxies=BROKER)
    customers = some_customers(40, seed=seed)
    await import_customers(plant, customers)
    async with Load(plant, ledger, customers, per_second=2, seed=seed) as load, Watch(plant, ledger) as watch:
        await load.until(2)
        began = time.monotonic()
        noticed = await go_silent(plant, ledger)
        told = watch.between(began + BEFORE_IT_OPENS, time.monotonic() - DEADLINE)
        await healed(plant, ledger, watch, "silence")
        began = time.monotonic()
        for where in BROKER:
            broken(ledger, where, "delay")
            plant.proxies[where].delay(0.2)
        await asyncio.sleep(SLOW_FOR)
        slowly = watch.between(began + AT_ONCE, time.monotonic() - DEADLINE)
        for where in BROKER:
            plant.proxies[where].delay(0)
        ledger.note("figure", "f04_slow_network", **spread([each.seconds for each in slowly]))
    assert {"registration-1", "notification-1"} <= noticed.keys()
    assert left_alone(told, ledger)
    assert {each.status for each in slowly} == {ANSWERED}
    await at_rest(plant, within=60)
    assert await violations(plant, ledger, customers=customers) == []
