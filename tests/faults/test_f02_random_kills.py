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

from services.notification.handlers import AT_ONCE

TWO_OF_EACH_SERVICE = {"identity": 2, "registration": 2, "notification": 2, "billing": 2}  # and one gateway: nine processes
RESTS_WITHIN = 60.0  # seconds


@pytest.mark.smoke
async def test_random_kills_lose_nothing_and_double_nothing(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: Literal["smoke", "whole"]
) -> None:
    """0 lost, 0 double accounts, and no mail twice but for a kill between the relay's 250 and the commit (window W).

    A process has up to AT_ONCE mails in hand, so one kill may double more than one; no mail goes out twice for one kill.
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
    unexplained, extra, kills_in_w = _mails_sent_again(plant)
    kills = sum(1 for death in plant.deaths if death.cause == "kill")
    ledger.note("figure", "f2", registered=ledger.count("registered"), kills=kills, rest=rest, extra_mails=extra, kills_in_w=kills_in_w)
    assert unexplained == []
    assert await violations(plant, ledger, customers=customers) == []
    assert len(load.finished) == count


def _mails_sent_again(plant: Plant) -> tuple[list[str], int, int]:
    """The mails that came again and no kill of notification between the copies explains it; how many came again; the kills blamed."""
    copies: dict[str, list[SunkMail]] = {}
    for mail in plant.sink.mails:
        copies.setdefault(mail.message_id, []).append(mail)
    again = [(first, second) for each in copies.values() for first, second in pairwise(each)]
    killed = [death.at for death in plant.deaths if component_of(death.name) == "notification" and death.cause == "kill"]
    unexplained, blamed = [], dict.fromkeys(killed, 0)
    for first, second in again:
        kill = next((at for at in killed if first.at <= at < second.at and blamed[at] < AT_ONCE), None)
        if kill is None:
            unexplained.append(f"{first.message_id} at {first.at} and at {second.at}")
        else:
            blamed[kill] += 1
    return unexplained, len(again), sum(1 for count in blamed.values() if count)
