"""F12 and F13: every event comes twice, or in another order; the effects are the same. The rest of the suite
runs so in `make faults`.
"""

from __future__ import annotations

import pytest
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.customers import some_customers
from faults.ledger import Ledger
from faults.load import Load, import_customers


async def run(
    make_plant: MakePlant, ledger: Ledger, seed: int, *, customers: int, **options: object
) -> list[str]:
    """Customers register, activate and log in; what is wrong afterwards."""
    plant = await make_plant(**options)
    people = some_customers(customers, seed=seed)
    await import_customers(plant, people)
    async with Load(plant, ledger, people, per_second=8, seed=seed) as load:
        pass
    assert load.gave_up == {}
    await at_rest(plant, within=60)
    return await violations(plant, ledger, customers=people)


@pytest.mark.smoke
async def test_every_event_that_comes_twice_has_one_effect(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: str
) -> None:
    """Both deliveries at the same moment, in two replicas of each service."""
    replicas = {"identity": 2, "registration": 2, "notification": 2}
    wrong = await run(
        make_plant,
        ledger,
        seed,
        customers=20 if scale == "smoke" else 120,
        disturb="twice",
        replicas=replicas,
    )
    assert wrong == []


async def test_events_in_any_order_lead_to_the_same_end(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """Held back and shuffled by tens: the news of a mail comes after the activation, an account before its
    mail.
    """
    assert await run(make_plant, ledger, seed, customers=120, disturb=f"shuffle:10:{seed}") == []


async def test_without_the_inbox_an_event_that_comes_twice_is_found_out(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """Then effects outnumber messages (I11)."""
    wrong = await run(make_plant, ledger, seed, customers=10, disturb="twice", guards_off=["inbox"])
    assert any(each.startswith("I11") for each in wrong), wrong
