"""F28: SIGKILL while the desk reads codes out and customers set password and mail address anew with them."""

from __future__ import annotations

import asyncio

import pytest
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.crash_points import LEASE, RESTS_WITHIN, CrashPoint, die_at_each, journeys
from faults.customers import some_customers
from faults.habits import PLAIN, Habits, habits_of
from faults.ledger import Ledger
from faults.load import import_customers
from faults.patient import PRESSED_AT_WILL
from faults.renewing import Renewer, code_of_the_desk

RENEW, NOTICE = "identity.renew_access.v1", "identity.account_changed.v1"
ROUNDS: tuple[tuple[CrashPoint, ...], ...] = (
    (
        CrashPoint("K3", "identity", f"commit.before@{RENEW}"),
        CrashPoint("K8", "notification", f"commit.before@{NOTICE}"),
    ),
    (
        CrashPoint("K4", "identity", f"commit.after@{RENEW}"),
        CrashPoint("K10", "notification", "mail.accepted"),
    ),
    (
        CrashPoint("K4", "identity", f"reply.before@{RENEW}"),
        CrashPoint("K1", "gateway", f"rpc.before_publish@{RENEW}"),
    ),
    (
        CrashPoint("K5", "identity", "relay.before_publish"),
        CrashPoint("K2", "gateway", f"rpc.after_publish@{RENEW}"),
    ),
    (
        CrashPoint("K6", "identity", "relay.after_confirm"),
        CrashPoint("K9", "notification", "mail.claimed"),
    ),
)
DESK_DIES_AT = ("commit.before", "commit.after")


async def test_a_code_lets_its_customer_in_once_whoever_dies(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """I18 to I21: the desk's process too; a code that nobody heard of is worth nothing to anybody."""
    plant = await make_plant(environment=PRESSED_AT_WILL)
    customers = some_customers(len(ROUNDS), seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as everybody:
        await asyncio.gather(*(each.whole() for each in everybody))
        await at_rest(plant, within=RESTS_WITHIN)
        for number, (points, his) in enumerate(zip(ROUNDS, everybody, strict=True)):
            dies_at = DESK_DIES_AT[number % len(DESK_DIES_AT)]
            assert not await code_of_the_desk(plant, his.customer.customer_number, dies_at=dies_at)
            renewer = Renewer(his, plant.sink, ledger, habits=habits_of(his.customer, seed=seed))
            code = await code_of_the_desk(plant, his.customer.customer_number)
            await die_at_each(plant, points, renewer.whole(code))
            await at_rest(plant, within=RESTS_WITHIN + LEASE)
            assert await violations(plant, ledger) == [], points
    assert await violations(plant, ledger, customers=customers) == []


@pytest.mark.smoke
async def test_a_code_lets_its_customer_in_once_with_every_message_twice(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """I18 to I21: one presses twice, the other closes the page and corrects himself."""
    plant = await make_plant(disturb="twice", environment=PRESSED_AT_WILL)
    customers = some_customers(2, seed=seed)
    await import_customers(plant, customers)
    habits = (Habits(presses_twice=True), Habits(hangs_up_after=0.1, corrects=True))
    async with journeys(plant, ledger, customers) as everybody:
        await asyncio.gather(*(each.whole() for each in everybody))
        for his, of_him in zip(everybody, habits, strict=True):
            code = await code_of_the_desk(plant, his.customer.customer_number)
            await Renewer(his, plant.sink, ledger, habits=of_him).whole(code)
    await at_rest(plant, within=RESTS_WITHIN)
    assert await violations(plant, ledger, customers=customers) == []


@pytest.mark.parametrize(
    ("guard", "harm"),
    [("used_codes", "with a code that was used"), ("ended_sessions", "still saw his menu")],
)
async def test_without_its_guard_a_code_lets_others_in(
    make_plant: MakePlant, ledger: Ledger, seed: int, guard: str, harm: str
) -> None:
    """Whoever has it later, or was there before."""
    plant = await make_plant(guards_off=[guard])
    [customer] = customers = some_customers(1, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as [his]:
        await his.whole()
        code = await code_of_the_desk(plant, customer.customer_number)
        await Renewer(his, plant.sink, ledger, habits=PLAIN).whole(code)
    await at_rest(plant, within=RESTS_WITHIN)
    found = await violations(plant, ledger)
    assert any(harm in each for each in found), found
