"""F2: any of nine processes is killed every few seconds while a thousand customers register."""

from __future__ import annotations

import asyncio
import random
from itertools import pairwise
from typing import Literal

import pytest
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.customers import some_customers
from faults.environment import component_of
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.plant import Plant
from faults.smtp_sink import SunkMail

TWO_OF_EACH_SERVICE = {
    "identity": 2,
    "registration": 2,
    "notification": 2,
    "billing": 2,
}  # and one gateway: nine processes
RESTS_WITHIN = 60.0  # seconds


@pytest.mark.smoke
async def test_random_kills_lose_nothing_and_double_nothing(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: Literal["smoke", "full"]
) -> None:
    """0 lost, 0 double accounts, and no more extra mails than kills between the final dot of a mail and its
    commit (window W).
    """
    count, per_second, pauses = (40, 5.0, (1.5, 3.0)) if scale == "smoke" else (1000, 6.0, (2.0, 5.0))
    plant = await make_plant(replicas=TWO_OF_EACH_SERVICE)
    customers = some_customers(count, seed=seed)
    await import_customers(plant, customers)
    chance = random.Random(seed)
    async with Load(plant, ledger, customers, per_second=per_second, seed=seed) as load:
        while not load.is_over:
            await asyncio.sleep(chance.uniform(*pauses))
            await plant.kill(chance.choice(plant.names))
    await plant.ready()
    rest = await at_rest(plant, within=RESTS_WITHIN)
    unexplained, extra = _mails_sent_again(plant)
    kills = sum(1 for death in plant.deaths if death.cause == "kill")
    ledger.note(
        "figure", "f2", registered=ledger.count("registered"), kills=kills, rest=rest, extra_mails=extra
    )
    assert unexplained == []
    assert await violations(plant, ledger, customers=customers) == []
    assert len(load.finished) == count


def _mails_sent_again(plant: Plant) -> tuple[list[str], int]:
    """The mails that came again without a kill of their own between the two copies; how many came again."""
    copies: dict[str, list[SunkMail]] = {}
    for mail in plant.sink.mails:
        copies.setdefault(mail.message_id, []).append(mail)
    again = sorted(
        ((first, second) for each in copies.values() for first, second in pairwise(each)),
        key=lambda pair: pair[1].at,
    )
    kills = [
        death.at
        for death in plant.deaths
        if component_of(death.name) == "notification" and death.cause == "kill"
    ]
    unexplained = []
    for first, second in again:
        kill = next((at for at in kills if first.at <= at < second.at), None)
        if kill is None:
            unexplained.append(f"{first.message_id} at {first.at} and at {second.at}")
        else:
            kills.remove(kill)
    return unexplained, len(again)
