"""F1: SIGKILL at each crash point of docs/states.md, five times each, while customers come (X41)."""

from __future__ import annotations

import time
from typing import Literal

import pytest
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.crash_points import ROUNDS, SMOKE, die_at
from faults.customers import some_customers
from faults.ledger import Ledger
from faults.load import import_customers


@pytest.mark.smoke
async def test_a_process_may_die_at_any_crash_point(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: Literal["smoke", "full"]
) -> None:
    """Nothing is lost, nothing happens twice, and all is done soon after the last restart. (K7, a broker that
    dies, is F3.)
    """
    rounds, deaths = (SMOKE, 1) if scale == "smoke" else (ROUNDS, 5)
    plant = await make_plant()
    customers = some_customers(60 * len(rounds), seed=seed)
    await import_customers(plant, customers)
    coming = list(customers)
    for points in rounds:
        began = time.monotonic()
        load = await die_at(plant, ledger, points, coming, deaths=deaths, seed=seed)
        coming = coming[load.done_count :]
        rest = await at_rest(plant, within=max(point.rests_within for point in points))
        ledger.note(
            "figure",
            "f1_round",
            points=[point.number for point in points],
            rest=rest,
            whole=time.monotonic() - began,
        )
        assert await violations(plant, ledger) == [], points
    assert sum(1 for death in plant.deaths if death.cause == "failpoint") >= deaths * sum(
        len(points) for points in rounds
    )
    assert await violations(plant, ledger, customers=customers) == []
