"""F8 and K10: a sender dies between the final dot of a mail and its commit, with other mails in hand
(X41).
"""

from __future__ import annotations

import asyncio

import pytest
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.crash_points import LEASE, RESTS_WITHIN, journeys, messages_in
from faults.customers import some_customers
from faults.ledger import Ledger
from faults.load import import_customers
from faults.plant import Plant
from faults.smtp_sink import Treatment

from services.notification.delivery.send_slots import SLOT_AT_MOST
from services.notification.service import AT_ONCE

SAID_AFTER = SLOT_AT_MOST / 2  # seconds from the relay's acceptance to its 250


@pytest.mark.parametrize("guards_off", [[], ["send_slots"]], ids=["", "without_send_slots_it_is_found_out"])
async def test_a_death_doubles_one_mail_and_not_all_that_are_in_hand(
    make_plant: MakePlant, ledger: Ledger, seed: int, guards_off: list[str]
) -> None:
    """Window W of one process holds one mail at a time (ADR 0019). Without send slots it holds six."""
    plant = await make_plant(guards_off=guards_off)
    plant.sink.usual = Treatment(
        slow_reply=SAID_AFTER * (8 if guards_off else 1)
    )  # without them the window is as long as that
    customers = some_customers(AT_ONCE, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as them:
        plant.hold("notification")
        await plant.arm("notification", "mail.accepted")
        await asyncio.gather(*(each.register() for each in them))
        await messages_in(plant, "notification.events", AT_ONCE)
        await all_at_the_relay(plant)
        await plant.died_of_it("notification", within=30)
        await asyncio.gather(*(each.wait_for_mail() for each in them))
    await at_rest(plant, within=RESTS_WITHIN + LEASE)
    found = await violations(plant, ledger, customers=customers)
    if guards_off:
        assert any("mails too many, and only 1 deaths" in each for each in found), found
    else:
        assert found == []


@pytest.mark.parametrize("guards_off", [[], ["kept_slot"]], ids=["", "without_the_kept_slot_it_is_found_out"])
async def test_a_death_while_no_end_can_be_stored_doubles_one_mail(
    make_plant: MakePlant, ledger: Ledger, seed: int, guards_off: list[str]
) -> None:
    """The database goes while six mails are at the final dot: one is out when the sender is killed, and would
    be six if a turn there ended by time.
    """
    plant = await make_plant(guards_off=guards_off, proxies=[("notification", "sql")])
    plant.sink.usual = Treatment(slow_reply=SAID_AFTER)
    customers = some_customers(AT_ONCE, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as them:
        plant.hold("notification")
        await plant.kill("notification")
        await asyncio.gather(*(each.register() for each in them))
        await messages_in(plant, "notification.events", AT_ONCE)
        await all_at_the_relay(plant)
        network = plant.proxies["notification", "sql"]
        await mails_out(plant, 1)
        network.refuse()
        network.cut()
        if guards_off:
            await mails_out(plant, 3)  # of which one death doubles all
        else:
            await asyncio.sleep(SLOT_AT_MOST * (AT_ONCE + 4))
        await plant.kill("notification")
        await network.start()
        await asyncio.gather(*(each.wait_for_mail() for each in them))
    await at_rest(plant, within=RESTS_WITHIN + LEASE)
    found = await violations(plant, ledger, customers=customers)
    if guards_off:
        assert any("mails too many" in each for each in found), found
    else:
        assert found == []


async def all_at_the_relay(plant: Plant) -> None:
    """The sender starts; each of its mails has said its recipient before the first one goes on."""
    plant.sink.takes_recipients.clear()
    plant.release("notification")
    async with asyncio.timeout(60):
        while len(plant.sink.attempts) < AT_ONCE:
            await asyncio.sleep(0.005)
    plant.sink.takes_recipients.set()


async def mails_out(plant: Plant, count: int) -> None:
    """Returns as soon as the relay has that many."""
    async with asyncio.timeout(60):
        while len(plant.sink.mails) < count:
            await asyncio.sleep(0.005)
