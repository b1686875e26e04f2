"""F25: SIGKILL while customers who forgot their password ask, read and choose another one."""

from __future__ import annotations

import asyncio

from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.crash_points import LEASE, RESTS_WITHIN, CrashPoint, die_at_each, journeys
from faults.customers import some_customers
from faults.forgetting import Forgetful
from faults.ledger import Ledger
from faults.load import import_customers

ASK, RESET = "identity.ask_for_password_reset.v1", "identity.reset_password.v1"
LETTER = "identity.recovery_letter_ordered.v1"
ROUNDS: tuple[tuple[CrashPoint, ...], ...] = (
    (
        CrashPoint("K3", "identity", f"commit.before@{ASK}:2"),  # the first one is that of the count
        CrashPoint("K10", "notification", "mail.accepted"),
    ),
    (
        CrashPoint("K4", "identity", f"commit.after@{ASK}:2"),
        CrashPoint("K8", "notification", f"commit.before@{LETTER}"),
    ),
    (
        CrashPoint("K5", "identity", "relay.before_publish"),
        CrashPoint("K2", "gateway", f"rpc.after_publish@{ASK}"),
    ),
    (CrashPoint("K6", "identity", "relay.after_confirm"), CrashPoint("K9", "notification", "mail.claimed")),
    (CrashPoint("K14", "identity", f"commit.before@{RESET}:2"),),
    (CrashPoint("K15", "identity", f"commit.after@{RESET}:2"),),
    (
        CrashPoint("K15", "identity", f"reply.before@{RESET}"),
        CrashPoint("K15", "gateway", f"rpc.after_publish@{RESET}"),
    ),
)
A_ROUND = 2  # customers


async def test_who_forgot_his_password_enters_whatever_dies(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """Nobody is left without a mail, with two passwords, or with none that opens his account (I16)."""
    plant = await make_plant()
    customers = some_customers(A_ROUND * len(ROUNDS), seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as everybody:
        await asyncio.gather(*(each.whole() for each in everybody))
        await at_rest(plant, within=RESTS_WITHIN)
        for number, points in enumerate(ROUNDS):
            those = everybody[number * A_ROUND : (number + 1) * A_ROUND]
            doing = asyncio.gather(*(Forgetful(each, plant.sink, ledger).whole() for each in those))
            await die_at_each(plant, points, doing)
            await at_rest(plant, within=RESTS_WITHIN + LEASE)
            assert await violations(plant, ledger) == [], points
    assert await violations(plant, ledger, customers=customers) == []


async def test_without_an_outbox_that_waits_for_its_confirm_a_lost_letter_is_found_out(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """K5: the row was deleted before the broker had the letter; he waits for a mail that never comes."""
    plant = await make_plant(guards_off=["delete_before_confirm"])
    customers = some_customers(1, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as [his]:
        await his.whole()
        await at_rest(plant, within=RESTS_WITHIN)
        await plant.arm("identity", "relay.before_publish")
        await plant.ready()
        await Forgetful(his, plant.sink, ledger).ask()
        await plant.died_of_it("identity", within=60)
        await plant.ready()
    await at_rest(plant, within=RESTS_WITHIN)
    found = await violations(plant, ledger)
    assert any(each.startswith("I16: link") and "has 0 mails on order" in each for each in found), found
