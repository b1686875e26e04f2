"""F18: the previous release and this one side by side, as in every rollout; and this one on what the previous
one left behind.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.crash_points import registrations_in
from faults.customers import Customer, some_customers
from faults.environment import ROOT
from faults.journey import Journey
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.plant import Plant
from faults.servers import COMPONENTS
from support.base_release import export_base_release

TWO_OF_EACH = dict.fromkeys(COMPONENTS, 2)
CODE = ("chassis", "messages", "gateway", "services", "mypage")
# Told to end, as in a rollout: killed, it would leave a mail waiting for two minutes, as its lease was then.
OLD_SENDER = "notification-2"


@pytest.fixture(scope="module")
def previous(run_directory: Path) -> Path:
    """A folder with the previous release."""
    folder = run_directory / "previous-release"
    export_base_release(folder, *CODE)
    return folder


async def test_both_releases_side_by_side_lose_nothing_whichever_is_killed(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: str, previous: Path
) -> None:
    """Of each component one process is old and one is new, on the new schema; each understands what the other
    one says.
    """
    plant = await make_plant(
        replicas=TWO_OF_EACH, checkouts={f"{component}-2": previous for component in COMPONENTS}
    )
    customers, rng = some_customers(100 if scale == "full" else 25, seed=seed), random.Random(seed)
    await import_customers(plant, customers)
    # Without habits: the previous release answers wrongly to who hangs up and presses again.
    async with Load(plant, ledger, customers, per_second=3, seed=seed, with_habits=False) as load:
        while load.done_count < len(customers) * 0.8 and not load.is_over:
            await asyncio.sleep(rng.uniform(2, 5))
            name = rng.choice(plant.names)
            await (plant.terminate(name) if name == OLD_SENDER else plant.kill(name))
    await at_rest(plant, within=60)
    assert load.gave_up == {}
    assert await violations(plant, ledger, customers=customers, previous_release=True) == []


def journey_of(customer: Customer, plant: Plant, ledger: Ledger) -> Journey:
    """A customer who goes on where he was, whichever release answers him."""
    return Journey(customer, Load(plant, ledger, []).browser(customer), plant.sink, ledger, patience=60)


async def test_what_the_previous_release_left_in_every_state_is_driven_to_its_end(
    make_plant: MakePlant, ledger: Ledger, seed: int, previous: Path
) -> None:
    """Completed, superseded, with and without its mail, activated and unanswered: all end well under the new
    release.
    """
    plant = await make_plant(checkouts=dict.fromkeys(COMPONENTS, previous))
    customers = some_customers(5, seed=seed)
    await import_customers(plant, customers)
    completed, superseded, with_mail, activated, without_mail = (
        journey_of(each, plant, ledger) for each in customers
    )
    await completed.whole()
    for journey in (superseded, with_mail, activated):
        await journey.register()
    dead_link = await superseded.wait_for_mail()
    await superseded.register()
    live_link = await superseded.wait_for_mail()
    mail = await with_mail.wait_for_mail()
    used = await activated.wait_for_mail()
    # So that the mail that is put off below is the last one's.
    await registrations_in(plant, "mail_sent", customers[1:4])
    plant.sink.refuse()
    await without_mail.register()
    await put_off(plant)
    async with moved_to(plant, ROOT):
        await plant.kill("identity")
        assert await activated.activate(used)
        ledger.note("states", "left_behind", **await states(plant))
    await plant.sink.start()
    assert not await superseded.activate(dead_link)
    assert await superseded.activate(live_link)
    assert await with_mail.activate(mail)
    assert await without_mail.activate(await without_mail.wait_for_mail())
    for journey in (superseded, with_mail, activated, without_mail):
        await journey.log_in()
        await journey.see_charges()
    await at_rest(plant, within=30)
    found = await violations(plant, ledger, customers=customers, links_may_expire=True)
    assert found == []


@asynccontextmanager
async def moved_to(plant: Plant, checkout: Path) -> AsyncIterator[None]:
    """Who dies in the block stays dead; then the others die, and all come back from that checkout."""
    for component in COMPONENTS:
        plant.hold(component)
    yield
    await asyncio.gather(*(plant.kill(each) for each in COMPONENTS if each != "identity"))
    plant.use_checkout(checkout)
    for component in COMPONENTS:
        plant.release(component)
    await plant.ready()


async def put_off(plant: Plant) -> None:
    """Waits until a mail was tried and lies in the table for later."""
    async with asyncio.timeout(10):
        while True:
            async with (await plant.database("notification")).transaction() as tx:
                if await tx.fetchval("SELECT count(*) FROM mails WHERE state = 'queued' AND attempts > 0"):
                    return
            await asyncio.sleep(0.1)


async def states(plant: Plant) -> dict[str, int]:
    """How many registrations are in which state."""
    async with (await plant.database("registration")).transaction() as tx:
        rows = await tx.fetch("SELECT state, count(*) AS many FROM provisional_accounts GROUP BY state")
    return {row["state"]: row["many"] for row in rows}
