"""F1 with a guard switched off: each time the judge finds out. And presses at the same moment, which no crash
is needed for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from faults.checker import NotAtRest, at_rest, violations
from faults.conftest import MakePlant
from faults.crash_points import (
    ACTIVATED,
    ORDERED,
    CrashPoint,
    die_at,
    down,
    journeys,
    messages_in,
    registrations_in,
)
from faults.customers import some_customers
from faults.journey import Journey
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.plant import Plant
from faults.smtp_sink import SunkMail, Treatment

SOON = 5.0  # seconds of patience and of rest: what was lost does not come later either


async def _left(plant: Plant, within: float) -> str:
    """What is still to be done after so many seconds; empty when nothing is."""
    try:
        await at_rest(plant, within=within)
    except NotAtRest as left:
        return str(left)
    return ""


async def _mails_of(plant: Plant, them: Sequence[Journey]) -> list[SunkMail]:
    """They register; their mails, when everybody has heard that these left."""
    await asyncio.gather(*(each.register() for each in them))
    mails = await asyncio.gather(*(each.wait_for_mail() for each in them))
    await registrations_in(plant, "mail_sent", [each.customer for each in them])
    await at_rest(plant, within=15)
    return mails


@pytest.mark.parametrize(
    ("guard", "point"),
    [
        ("ack_before_commit", CrashPoint("K8", "notification", f"commit.before@{ORDERED}")),
        ("delete_before_confirm", CrashPoint("K5", "registration", "relay.before_publish")),
    ],
)
async def test_without_the_guard_a_death_that_loses_a_message_is_found_out(
    make_plant: MakePlant, ledger: Ledger, seed: int, guard: str, point: CrashPoint
) -> None:
    """A message that was acknowledged or deleted too early is gone with the process."""
    plant = await make_plant(guards_off=[guard])
    customers = some_customers(60, seed=seed)
    await import_customers(plant, customers)
    await die_at(plant, ledger, [point], customers, deaths=1, seed=seed, patience=SOON)
    assert "registrations" in await _left(plant, SOON)
    found = await violations(plant, ledger)
    assert any(each.startswith("I1") and "has 0 mails on order" in each for each in found), found


async def test_without_late_acks_a_death_of_identity_is_found_out(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """K16: what identity acknowledged before it committed is gone; only the re-driver would find it, a minute
    later.
    """
    plant = await make_plant(guards_off=["ack_before_commit"])
    customers = some_customers(3, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as them:
        mails = await _mails_of(plant, them)
        await plant.arm("identity", f"commit.before@{ACTIVATED}")
        await plant.ready()
        assert all(
            await asyncio.gather(*(each.activate(mail) for each, mail in zip(them, mails, strict=True)))
        )
    await plant.died_of_it("identity", within=60)
    await plant.ready()
    assert "registrations activated" in await _left(plant, SOON)
    found = await violations(plant, ledger)
    assert any(
        each.startswith("I5: registration") and "is activated and has no account" in each for each in found
    ), found


async def test_without_the_inbox_a_relay_that_dies_before_it_deletes_is_found_out(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """K6: it says every activation again under the same id, and identity answers each of them."""
    plant = await make_plant(guards_off=["inbox"])
    customers = some_customers(4, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as them:
        mails = await _mails_of(plant, them)
        await plant.arm("registration", "relay.after_confirm", deaths=2)
        await plant.ready()
        assert all(
            await asyncio.gather(*(each.activate(mail) for each, mail in zip(them, mails, strict=True)))
        )
        await plant.died_of_it("registration", within=60)
        await asyncio.gather(*(each.log_in() for each in them))
    await at_rest(plant, within=15)
    found = await violations(plant, ledger)
    assert any(each.startswith("I11") for each in found), found


async def test_without_the_lease_two_senders_of_one_mail_are_found_out(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """I4: two processes of notification and a slow relay, and nobody has died."""
    plant = await make_plant(replicas={"notification": 2}, guards_off=["mail_lease"])
    plant.sink.usual = Treatment(slow=1.0)
    customers = some_customers(6, seed=seed)
    await import_customers(plant, customers)
    async with Load(plant, ledger, customers, per_second=4, seed=seed):
        pass
    assert not await _left(plant, 30)
    found = await violations(plant, ledger)
    assert any("mails too many" in each for each in found), found


async def test_without_the_redriver_an_activation_that_was_lost_is_found_out(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """K17: the broker loses what identity was to hear, the minute passes, and nobody says it again."""
    plant = await make_plant(guards_off=["redriver"])
    customers = some_customers(2, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as them:
        mails = await _mails_of(plant, them)
        await down(plant, "identity")
        assert all(
            await asyncio.gather(*(each.activate(mail) for each, mail in zip(them, mails, strict=True)))
        )
    await messages_in(plant, "identity.events", 2)
    await plant.servers.api("DELETE", "/api/queues/{vhost}/identity.events/contents")
    plant.release("identity")
    async with (await plant.database("registration")).transaction() as tx:
        await tx.execute("UPDATE provisional_accounts SET redrive_at = redrive_at - interval '60 s'")
    assert "2 registrations activated" in await _left(plant, 12)  # the re-driver looks every 5 s
    found = await violations(plant, ledger)
    assert (
        sum(
            each.startswith("I5: registration") and "is activated and has no account" in each
            for each in found
        )
        == 2
    ), found


async def press_together(plant: Plant, ledger: Ledger, seed: int, *, rounds: int) -> list[str]:
    """In each round ten browsers have the same link open and press 本登録する together. What is wrong
    afterwards.
    """
    customers = some_customers(rounds, seed=seed)
    await import_customers(plant, customers)
    for customer in customers:
        async with journeys(plant, ledger, [customer] * 10) as (first, *others):
            await first.register()
            mail = await first.wait_for_mail()
            browsers = [each.browser for each in (first, *others)]
            await asyncio.gather(
                *(each.get("/activate/" + mail.activation_url.rpartition("/")[2]) for each in browsers)
            )
            pages = await asyncio.gather(
                *(each.post("/activate", password=customer.password) for each in browsers)
            )
        assert "/activate/done" in {page.location for page in pages}
    await at_rest(plant, within=60)
    return await violations(plant, ledger)


async def test_of_many_presses_at_one_moment_one_activates(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """Identity is told of one activation."""
    plant = await make_plant(replicas={"registration": 2})
    assert await press_together(plant, ledger, seed, rounds=6) == []


async def test_without_the_lock_of_the_row_many_presses_activate_many_times(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """Then identity is told of more. Whether two of ten presses meet is chance, hence the many rounds."""
    plant = await make_plant(replicas={"registration": 2}, guards_off=["row_lock"])
    found = await press_together(plant, ledger, seed, rounds=25)
    assert any(each.startswith("I11") for each in found), found
