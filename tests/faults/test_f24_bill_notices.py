"""F24: processes die wherever they may between the publication of a month and the mailboxes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from faults.browser import Browser
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.crash_points import LEASE, RESTS_WITHIN, journeys, messages_in
from faults.customers import Customer, some_customers
from faults.ledger import Ledger
from faults.load import import_customers
from faults.notice_invariants import amounts_shown
from faults.plant import Plant
from support.billing_exports import write_lines, write_statements

from messages.billing import BillNoticeChoice
from messages.values import BillingMonth
from services.billing.imports.import_charges import import_charges
from services.billing.publication.publish_month import publish_month
from services.billing.publication.unpublish_month import unpublish_month

PUBLISHED, ADDRESSED = "billing.statement_published.v1", "identity.bill_notice_addressed.v1"
OFF, WITHOUT_AMOUNT, WITH_AMOUNT = BillNoticeChoice
ON_THE_WAY = (
    ("billing", "identity.events"),
    ("identity", "notification.events"),
    ("notification", ""),
)
"""Who hands a month on, and where it then waits."""
ROUNDS = (
    (
        "commit.before@billing.announce_published_months",
        f"commit.before@{PUBLISHED}",
        f"commit.before@{ADDRESSED}",
    ),
    ("relay.before_publish", f"commit.after@{PUBLISHED}", "mail.accepted"),
    ("relay.after_confirm", "relay.after_confirm", f"ack.before@{ADDRESSED}"),
)
"""A month each: where billing dies, where identity, where notification."""
NEXT = 1  # the first month that `import_customers` did not bring


def with_amounts_of_their_own(count: int, seed: int) -> list[Customer]:
    """Amounts that stand nowhere by chance."""
    return [
        replace(each, base_yen=731_113 + 1_170 * each.number) for each in some_customers(count, seed=seed)
    ]


async def choose(browser: Browser, choice: BillNoticeChoice, ledger: Ledger) -> None:
    """設定, [保存する]."""
    page = await browser.post("/settings", bill_notice=choice)
    assert (page.status, page.location) == (303, "/settings")
    ledger.told(browser.who, "stopped_notices" if choice is OFF else "chose_notices", choice=choice)


async def bring_month(plant: Plant, customers: Sequence[Customer], month: BillingMonth) -> None:
    """Imported, and not published yet."""
    folder = plant.folder / "imported"
    statements = write_statements(folder / f"statements-{month}.csv", customers, [str(month)])
    lines = write_lines(folder / f"lines-{month}.csv", customers, [str(month)])
    await import_charges(await plant.database("billing"), statements, lines, publish=False, dry_run=False)


async def publish(plant: Plant, month: BillingMonth) -> None:
    """By an operator who does not know whether it went, and does it once more."""
    plant.ledger.done("operator", "publishes", month=str(month))
    for _ in range(2):
        await publish_month(await plant.database("billing"), month, done_by="operator", dry_run=False)


async def hand_on(plant: Plant, customers: Sequence[Customer], notices: int) -> None:
    """One part after the other does its work, and dies of it; in between nobody can read an amount."""
    for component, queue in ON_THE_WAY:
        plant.release(component)
        await plant.died_of_it(component, within=60)
        if queue:
            await messages_in(plant, queue, notices)
            assert await amounts_shown(plant, customers) == []


async def test_each_customer_who_wants_it_hears_once_of_each_month_whoever_dies(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """I17, I4, I11: with and without the amount; not who never chose it, nor who stopped; nor anybody again
    when a month was taken back and is published once more.
    """
    plant = await make_plant()
    customers = with_amounts_of_their_own(8, seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as them:
        await asyncio.gather(*(each.whole() for each in them))
        for number, each in enumerate(them[:6]):
            await choose(each.browser, WITH_AMOUNT if number % 2 else WITHOUT_AMOUNT, ledger)
        for back, points in enumerate(ROUNDS):
            month = newest_imported().plus(NEXT + back)
            await choose(them[back].browser, OFF, ledger)
            await at_rest(plant, within=RESTS_WITHIN)
            await bring_month(plant, customers, month)
            for (component, _), point in zip(ON_THE_WAY, points, strict=True):
                plant.hold(component)
                await plant.arm(component, point)
            await publish(plant, month)
            await hand_on(plant, customers, notices=5 - back)
            await at_rest(plant, within=RESTS_WITHIN + LEASE)
            assert await violations(plant, ledger, customers=customers) == [], points
    await unpublish_month(await plant.database("billing"), month, done_by="operator", reason="F24")
    await publish(plant, month)
    await at_rest(plant, within=RESTS_WITHIN)
    assert await violations(plant, ledger, customers=customers) == []


def newest_imported() -> BillingMonth:
    """Of `import_customers`."""
    return BillingMonth.from_date(datetime.now(UTC).date())


async def test_without_late_acks_a_customer_who_hears_nothing_is_found_out(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """What identity acknowledged before it committed is gone with it."""
    plant = await make_plant(guards_off=["ack_before_commit"])
    customers = with_amounts_of_their_own(2, seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as them:
        await asyncio.gather(*(each.whole() for each in them))
        for each in them:
            await choose(each.browser, WITHOUT_AMOUNT, ledger)
    month = newest_imported().plus(NEXT)
    await bring_month(plant, customers, month)
    await plant.arm("identity", f"commit.before@{PUBLISHED}")
    await plant.ready()
    await publish(plant, month)
    await plant.died_of_it("identity", within=60)
    await plant.ready()
    await at_rest(plant, within=RESTS_WITHIN)
    found = await violations(plant, ledger)
    assert any("0 mails on order about" in each for each in found), found
