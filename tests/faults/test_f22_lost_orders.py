"""F22: orders of mails, and the news of them, that are gone for good: a queue that was purged, a broker that
was restored empty. Everything that registration waits for is said again.
"""

from __future__ import annotations

import asyncio
import shutil

import pytest
from faults.checker import NotAtRest, at_rest, violations
from faults.conftest import MakePlant
from faults.crash_points import down, journeys, messages_in, registrations_in
from faults.customers import some_customers
from faults.journey import Journey
from faults.ledger import Ledger
from faults.load import import_customers
from faults.plant import Plant

from services.registration.saga.repository import hasten_mail_orders


async def test_orders_and_news_in_purged_queues_are_said_again(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """Of ten registrations five orders are purged, and of the other five the news that the mail has left."""
    plant = await make_plant()
    customers = some_customers(10, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as everybody:
        told, untold = everybody[:5], everybody[5:]
        await down(plant, "notification")
        await asyncio.gather(*(each.register() for each in untold))
        await purge(plant, "notification", len(untold))
        await asyncio.gather(*(each.register() for each in told))
        await messages_in(plant, "notification.events", len(told))
        await down(plant, "registration")
        plant.release("notification")
        mails = await asyncio.gather(*(each.wait_for_mail() for each in told))
        await purge(plant, "registration", len(told))
        plant.release("registration")
        await plant.ready()
        await say_again(plant)
        await registrations_in(plant, "mail_sent", customers)
        assert all(
            await asyncio.gather(*(each.activate(mail) for each, mail in zip(told, mails, strict=True)))
        )
        await asyncio.gather(*map(finish, untold), *(each.log_in() for each in told))
    await at_rest(plant, within=30)
    assert await violations(plant, ledger, customers=customers) == []


async def test_a_broker_that_is_restored_empty_loses_no_mail(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """The definitions are all that is left of it; five orders and five news lay in its queues."""
    plant = await make_plant(own_servers=True)
    customers = some_customers(5, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as everybody:
        await down(plant, "notification")
        await asyncio.gather(*(each.register() for each in everybody))
        await messages_in(plant, "notification.events", len(customers))
        await plant.servers.rabbit.kill()
        for data in (plant.servers.folder / "rabbit").glob("mnesia*"):
            shutil.rmtree(data)
        await plant.servers.rabbit.start()
        ledger.done("notification", "take_away", messages=len(customers))
        plant.release("notification")
        await plant.ready()
        await say_again(plant)
        await asyncio.gather(*map(finish, everybody))
    await at_rest(plant, within=30)
    assert await violations(plant, ledger, customers=customers) == []


async def test_without_repeated_orders_a_purged_one_is_found_out(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """He waits for a mail that nobody will send."""
    plant = await make_plant(guards_off=["repeated_orders"])
    customers = some_customers(1, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as [his]:
        await down(plant, "notification")
        await his.register()
    await purge(plant, "notification", 1)
    plant.release("notification")
    await plant.ready()
    await say_again(plant)
    with pytest.raises(NotAtRest, match="1 registrations registered"):
        await at_rest(plant, within=20)  # they are looked for every 15 s
    assert any(each.startswith("I1: registration") for each in await violations(plant, ledger))


async def purge(plant: Plant, service: str, messages: int) -> None:
    """So many events lie in the queue of the service, and are gone."""
    await messages_in(plant, f"{service}.events", messages)
    await plant.servers.api("DELETE", f"/api/queues/{{vhost}}/{service}.events/contents")
    plant.ledger.done(service, "take_away", messages=messages)


async def say_again(plant: Plant) -> None:
    """As `mypage registrations order-mails-again`: nobody waits five minutes for a test."""
    async with (await plant.database("registration")).transaction() as tx:
        await hasten_mail_orders(tx)


async def finish(journey: Journey) -> None:
    """使い方 5) to 7)."""
    assert await journey.activate(await journey.wait_for_mail())
    await journey.log_in()
    await journey.see_charges()
