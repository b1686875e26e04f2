"""F26: SIGKILL, doubled messages and a relay that refuses, while customers move their mail address, and take
it back.
"""

from __future__ import annotations

import asyncio
from collections import deque

import pytest
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.crash_points import LEASE, RESTS_WITHIN, CrashPoint, die_at_each, journeys
from faults.customers import some_customers
from faults.forgetting import Forgetful
from faults.habits import PLAIN, Habits, habits_of
from faults.ledger import Ledger
from faults.load import import_customers
from faults.moving import AFTER_ALL, CONFIRM, LINK, Mover
from faults.patient import PRESSED_AT_WILL
from faults.smtp_sink import LOSE_REPLY, PUT_OFF, REFUSED_AT_RCPT

ASKS, CONFIRMS = "identity.ask_address_change.v1", "identity.confirm_address_change.v1"
UNDOES = "identity.undo_address_change.v1"
ORDERED, CHANGED = "identity.address_change_ordered.v1", "identity.mail_address_changed.v1"
NOTICE = "identity.account_changed.v1"
ROUNDS: tuple[tuple[CrashPoint, ...], ...] = (
    (
        CrashPoint("K3", "identity", f"commit.before@{ASKS}"),
        CrashPoint("K8", "notification", f"commit.before@{ORDERED}"),
        CrashPoint("K2", "gateway", f"rpc.after_publish@{CONFIRMS}"),
    ),
    (
        CrashPoint("K4", "identity", f"commit.after@{ASKS}"),
        CrashPoint("K9", "notification", "mail.claimed"),
        CrashPoint("K1", "gateway", f"rpc.before_publish@{UNDOES}"),
    ),
    (
        CrashPoint("K4", "identity", f"reply.before@{ASKS}"),
        CrashPoint("K10", "notification", "mail.accepted"),
        CrashPoint("K2", "gateway", f"rpc.after_publish@{UNDOES}"),
    ),
    (
        CrashPoint("K14", "identity", f"commit.before@{CONFIRMS}"),
        CrashPoint("K8", "notification", f"commit.before@{CHANGED}"),
        CrashPoint("K1", "gateway", f"rpc.before_publish@{ASKS}"),
    ),
    (
        CrashPoint("K15", "identity", f"commit.after@{CONFIRMS}"),
        CrashPoint("K8", "notification", f"ack.before@{CHANGED}"),
        CrashPoint("K2", "gateway", f"rpc.after_publish@{ASKS}"),
    ),
    (
        CrashPoint("K15", "identity", f"reply.before@{CONFIRMS}"),
        CrashPoint("K8", "notification", f"commit.before@{NOTICE}"),
        CrashPoint("K1", "gateway", f"rpc.before_publish@{CONFIRMS}"),
    ),
    (
        CrashPoint("K14", "identity", f"commit.before@{UNDOES}"),
        CrashPoint("K8", "notification", f"ack.before@{ORDERED}"),
    ),
    (
        CrashPoint("K15", "identity", f"commit.after@{UNDOES}"),
        CrashPoint("K11", "notification", "mail.ended"),
    ),
    (CrashPoint("K15", "identity", f"reply.before@{UNDOES}"),),
    (CrashPoint("K5", "identity", "relay.before_publish"),),
    (CrashPoint("K6", "identity", "relay.after_confirm"),),
)


async def test_an_address_moves_once_and_comes_back_once_whatever_dies(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """I18 to I21: with customers who hang up, press twice and open links elsewhere; the last one keeps the
    address, and is let in by a mail to it.
    """
    plant = await make_plant(environment=PRESSED_AT_WILL)
    customers = some_customers(len(ROUNDS) + 1, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as everybody:
        await asyncio.gather(*(each.whole() for each in everybody))
        await at_rest(plant, within=RESTS_WITHIN)
        for points, his in zip(ROUNDS, everybody, strict=False):
            habits = habits_of(his.customer, seed=seed)
            mover = Mover(his, plant.sink, ledger, habits=habits)
            await die_at_each(plant, points, mover.whole(takes_it_back=True))
            await at_rest(plant, within=RESTS_WITHIN + LEASE)
            assert await violations(plant, ledger) == [], points
        keeper = Mover(everybody[-1], plant.sink, ledger)
        await keeper.whole(takes_it_back=False)
        forgetful = Forgetful(everybody[-1], plant.sink, ledger)
        forgetful.address = keeper.address
        await forgetful.whole()
    await at_rest(plant, within=RESTS_WITHIN)
    assert await violations(plant, ledger, customers=customers) == []


@pytest.mark.smoke
async def test_confirmed_and_taken_back_at_one_moment_with_every_message_twice(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: str
) -> None:
    """I18 to I21: whoever reads the first mailbox has the last word."""
    plant = await make_plant(disturb="twice", environment=PRESSED_AT_WILL)
    customers = some_customers(6 if scale == "full" else 2, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as everybody:
        await asyncio.gather(*(each.whole() for each in everybody))

        async def moves(number: int) -> None:
            habits = Habits(presses_twice=True) if number % 2 else PLAIN
            mover = Mover(everybody[number], plant.sink, ledger, habits=habits)
            await mover.move(f"first-{mover.address}")
            await mover.both_at_one_moment(f"further-{mover.address}")
            await mover.log_in(AFTER_ALL)

        await asyncio.gather(*(moves(number) for number in range(len(everybody))))
    await at_rest(plant, within=RESTS_WITHIN)
    assert await violations(plant, ledger, customers=customers) == []


async def test_a_relay_that_refuses_leaves_everybody_an_address(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """I18, I21: the mail to a new address comes late; does not come at all, and another address is asked for;
    the word to the former one is taken and its answer lost.
    """
    plant = await make_plant(environment=PRESSED_AT_WILL)
    customers = some_customers(3, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as everybody:
        await asyncio.gather(*(each.whole() for each in everybody))
        await at_rest(plant, within=RESTS_WITHIN)
        late, nowhere, unheard = (Mover(each, plant.sink, ledger) for each in everybody)
        plant.sink.to[f"new-{late.address}"] = deque([PUT_OFF])
        plant.sink.to[f"wrong-{nowhere.address}"] = deque([REFUSED_AT_RCPT])
        plant.sink.to[unheard.address] = deque([LOSE_REPLY])
        await nowhere.ask(f"wrong-{nowhere.address}")
        await asyncio.gather(*(each.whole(takes_it_back=True) for each in (late, nowhere, unheard)))
    await at_rest(plant, within=RESTS_WITHIN + LEASE)
    assert await violations(plant, ledger, customers=customers) == []


async def test_without_an_outbox_that_waits_for_its_confirm_an_address_moves_unsaid(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """K5: his former mailbox never hears of it, and he cannot take it back."""
    plant = await make_plant(guards_off=["delete_before_confirm"])
    customers = some_customers(1, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as [his]:
        await his.whole()
        mover = Mover(his, plant.sink, ledger)
        await mover.ask(f"new-{mover.address}")
        await at_rest(plant, within=RESTS_WITHIN)
        await plant.arm("identity", "relay.before_publish")
        await plant.ready()
        await mover.confirm(f"new-{mover.address}")
        await plant.died_of_it("identity", within=60)
        await plant.ready()
        await mover.log_in(AFTER_ALL)
    await at_rest(plant, within=RESTS_WITHIN)
    found = await violations(plant, ledger)
    assert any(each.startswith("I18") and "was made and has 0 mails" in each for each in found), found


async def test_without_the_end_of_sessions_whoever_was_there_before_stays(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """The thief who moved the address."""
    plant = await make_plant(guards_off=["ended_sessions"])
    customers = some_customers(1, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as [his]:
        await his.whole()
        await Mover(his, plant.sink, ledger).whole(takes_it_back=True)
    await at_rest(plant, within=RESTS_WITHIN)
    found = await violations(plant, ledger)
    assert any(each.startswith("I20") for each in found), found


async def test_without_the_lock_of_the_account_two_presses_make_two_changes(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """In several browsers: all read that the link is good. Whether two presses meet is chance."""
    plant = await make_plant(
        replicas={"identity": 2}, guards_off=["account_lock"], environment=PRESSED_AT_WILL
    )
    customers = some_customers(1, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as [his]:
        await his.whole()
        mover = Mover(his, plant.sink, ledger)
        browsers = [mover.browser.elsewhere() for _ in range(6)]
        for browser in browsers:
            await mover.log_in("elsewhere", browser)
        for number in range(12):
            new = f"n{number}-{his.customer.email_address}"
            await mover.ask(new)
            [link] = await mover.links(new, LINK)
            for browser in browsers:
                await mover.open(f"/settings/address/{link}", browser)
                await mover.open(CONFIRM, browser)
            await asyncio.gather(*(mover.press(CONFIRM, browser) for browser in browsers))
            mover.moved_to(new)
        await asyncio.gather(*(browser.close() for browser in browsers))
    await at_rest(plant, within=RESTS_WITHIN)
    found = await violations(plant, ledger)
    assert any(each.startswith("I19") for each in found), found
