"""F27: SIGKILL while customers end their accounts, are given them back, or register again once they are
gone.
"""

from __future__ import annotations

import asyncio

import pytest
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.crash_points import LEASE, RESTS_WITHIN, CrashPoint, die_at_each, journeys
from faults.customers import some_customers
from faults.habits import habits_of
from faults.journey import Journey
from faults.leaving import Leaver, can_have, let_the_quarantine_pass
from faults.ledger import Ledger
from faults.load import import_customers
from faults.patient import PRESSED_AT_WILL
from faults.plant import Plant

LEAVE, NOTICE = "identity.leave_account.v1", "identity.account_changed.v1"
DESK, CLOSED = "identity.desk_changed_account.v1", "identity.account_closed.v1"
CLOSES = "identity.close_ended_accounts"
LEAVING: tuple[tuple[CrashPoint, ...], ...] = (
    (
        CrashPoint("K3", "identity", f"commit.before@{LEAVE}"),
        CrashPoint("K8", "notification", f"commit.before@{NOTICE}"),
    ),
    (
        CrashPoint("K4", "identity", f"commit.after@{LEAVE}"),
        CrashPoint("K10", "notification", "mail.accepted"),
        CrashPoint("K1", "gateway", f"rpc.before_publish@{LEAVE}"),
    ),
    (
        CrashPoint("K4", "identity", f"reply.before@{LEAVE}"),
        CrashPoint("K9", "notification", "mail.claimed"),
    ),
    (
        CrashPoint("K5", "identity", "relay.before_publish"),
        CrashPoint("K2", "gateway", f"rpc.after_publish@{LEAVE}"),
    ),
    (CrashPoint("K6", "identity", "relay.after_confirm"),),
)
GIVEN_BACK: tuple[tuple[CrashPoint, ...], ...] = (
    (
        CrashPoint("K8", "identity", f"commit.before@{DESK}"),
        CrashPoint("K8", "notification", f"ack.before@{NOTICE}"),
    ),
    (CrashPoint("K8", "identity", f"commit.after@{DESK}"), CrashPoint("K11", "notification", "mail.ended")),
)
CLOSING: tuple[tuple[CrashPoint, ...], ...] = (
    (
        CrashPoint("K19", "identity", f"commit.before@{CLOSES}"),
        CrashPoint("K8", "registration", f"commit.before@{CLOSED}"),
        CrashPoint("K8", "billing", f"commit.before@{CLOSED}"),
    ),
    (
        CrashPoint("K19", "identity", f"commit.after@{CLOSES}"),
        CrashPoint("K8", "registration", f"ack.before@{CLOSED}"),
        CrashPoint("K8", "billing", f"ack.before@{CLOSED}"),
    ),
    (CrashPoint("K6", "identity", "relay.after_confirm"),),
)


async def test_an_account_is_ended_once_given_back_once_or_gone_whatever_dies(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """I18 to I21: each of them leaves; two are given back by the desk, the others' quarantine ends and they
    register again, with the same contract and the same ID.
    """
    plant = await make_plant(environment=PRESSED_AT_WILL)
    customers = some_customers(len(LEAVING), seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as everybody:
        await asyncio.gather(*(each.whole() for each in everybody))
        await at_rest(plant, within=RESTS_WITHIN)
        leavers = [
            Leaver(each, plant.sink, ledger, habits=habits_of(each.customer, seed=seed)) for each in everybody
        ]
        for points, leaver in zip(LEAVING, leavers, strict=True):
            await die_at_each(plant, points, leaver.leave())
            await rests_in_order(plant, ledger)
        for points, leaver in zip(GIVEN_BACK, leavers, strict=False):
            await die_at_each(plant, points, leaver.is_given_back(plant))
            await rests_in_order(plant, ledger)
        for points, his in zip(CLOSING, everybody[len(GIVEN_BACK) :], strict=True):
            await let_the_quarantine_pass(plant, [his.customer.customer_number])
            await die_at_each(plant, points, is_gone(plant, his))
            await rests_in_order(plant, ledger)
            await his.whole()
    await rests_in_order(plant, ledger)
    assert await violations(plant, ledger, customers=customers) == []


async def rests_in_order(plant: Plant, ledger: Ledger) -> None:
    """Between two rounds."""
    await at_rest(plant, within=RESTS_WITHIN + LEASE)
    assert await violations(plant, ledger) == []


async def is_gone(plant: Plant, his: Journey) -> None:
    """His account and, in the end, what registration kept of it. Raises TimeoutError."""
    closed = """
        SELECT count(*) FROM accounts JOIN contracts USING (contract_key)
        WHERE customer_number = $1 AND closed_at IS NOT NULL
    """
    kept = "SELECT count(*) FROM provisional_accounts WHERE customer_number = $1"
    number = his.customer.customer_number
    async with asyncio.timeout(60):
        for service, statement, count in (("identity", closed, 1), ("registration", kept, 0)):
            while await count_of(plant, service, statement, number) != count:
                await asyncio.sleep(0.1)


async def count_of(plant: Plant, service: str, statement: str, number: str) -> int:
    """Past the services."""
    async with (await plant.database(service)).transaction() as tx:
        return int(await tx.fetchval(statement, number))


@pytest.mark.smoke
async def test_who_left_is_given_back_or_gone_with_every_message_twice(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """I18 to I21, and nobody dies."""
    plant = await make_plant(disturb="twice", environment=PRESSED_AT_WILL)
    customers = some_customers(3, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as everybody:
        *_, stranger = everybody
        await asyncio.gather(*(each.whole() for each in everybody[:2]))
        returning, leaving = (Leaver(each, plant.sink, ledger) for each in everybody[:2])
        await asyncio.gather(returning.leave(), leaving.leave())
        assert not await can_have(stranger, leaving.customer.account_id)
        await returning.is_given_back(plant)
        await let_the_quarantine_pass(plant, [leaving.customer.customer_number])
        await plant.restart("identity")
        await is_gone(plant, everybody[1])
        assert await can_have(stranger, leaving.customer.account_id)
        await everybody[1].whole()
    await at_rest(plant, within=RESTS_WITHIN)
    assert await violations(plant, ledger, customers=customers) == []


async def test_without_an_outbox_that_waits_for_its_confirm_an_id_is_never_free(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """K5: registration never hears that the account is closed."""
    plant = await make_plant(guards_off=["delete_before_confirm"])
    customers = some_customers(1, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as [his]:
        await his.whole()
        await Leaver(his, plant.sink, ledger).leave()
        await at_rest(plant, within=RESTS_WITHIN)
        await let_the_quarantine_pass(plant, [his.customer.customer_number])
        await plant.arm("identity", "relay.before_publish")
        await plant.died_of_it("identity", within=60)
        await plant.ready()
    await at_rest(plant, within=RESTS_WITHIN)
    found = await violations(plant, ledger)
    assert any(each.startswith("I21") and "nobody else can have its ID" in each for each in found), found
