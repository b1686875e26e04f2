"""Nothing is broken, and nothing is wrong. A judge that always says yes is found out here too."""

from __future__ import annotations

import pytest
from faults.checker import at_rest, violations
from faults.customers import some_customers
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.plant import Plant


@pytest.mark.smoke
async def test_twenty_customers_register_activate_and_see_their_charges(
    plant: Plant, ledger: Ledger, seed: int
) -> None:
    """Nobody gives up, nothing is left to do, and no invariant is broken."""
    customers = some_customers(20, seed=seed)
    await import_customers(plant, customers)
    async with Load(plant, ledger, customers, per_second=10, seed=seed, patience=20) as load:
        pass
    assert load.gave_up == {}
    assert len(load.finished) == 20
    await at_rest(plant, within=15)
    assert await violations(plant, ledger, customers=customers) == []
