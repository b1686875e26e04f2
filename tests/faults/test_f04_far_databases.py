"""F4, between services and their databases: far away is slow, and nothing else."""

from __future__ import annotations

from faults.browser import Browser
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.customers import some_customers
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.plant import Plant

from mypage.local.databases import SERVICES

BEHIND = [(service, "sql") for service in SERVICES]


def far_away(plant: Plant, seconds: float) -> None:
    """Every database, that long each way."""
    for where in BEHIND:
        plant.ledger.done("network", "delay", where=where[0], seconds=seconds)
        plant.proxies[where].delay(seconds)


def troubles(ledger: Ledger) -> list[object]:
    """What customers were told of trouble."""
    return [entry for entry in ledger.entries if entry.sort == "told" and entry.what == "trouble"]


async def test_with_databases_100_ms_away_everything_works_at_the_first_press(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """From the proof to the charges, also for the first customer, who finds no connection. One press of his
    may be lost on a machine that is busy with other things; the budgets of round trips are held elsewhere.
    """
    plant = await make_plant(proxies=BEHIND)
    customers = some_customers(6, seed=seed)
    await import_customers(plant, customers)
    far_away(plant, 0.1)
    async with Load(plant, ledger, customers, per_second=0.5, seed=seed) as load:
        pass
    far_away(plant, 0)
    assert load.gave_up == {}
    assert len(troubles(ledger)) <= 1
    await at_rest(plant, within=60)
    assert await violations(plant, ledger, customers=customers) == []


async def test_with_databases_200_ms_away_contracts_are_proved_at_the_first_press(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """One after the other, as the first step of a registration."""
    plant = await make_plant(proxies=BEHIND)
    customers = some_customers(5, seed=seed)
    await import_customers(plant, customers)
    far_away(plant, 0.2)
    async with Load(plant, ledger, [], seed=seed) as load:
        for customer in customers:
            browser: Browser = load.browser(customer)
            page = await browser.post(
                "/register",
                customer_number=customer.customer_number,
                phone_number=customer.phone_number,
                holder_kana=customer.holder_kana,
            )
            await browser.close()
            assert page.location == "/register/account"
    far_away(plant, 0)
    assert troubles(ledger) == []
