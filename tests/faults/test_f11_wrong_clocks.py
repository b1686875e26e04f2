"""F11: every machine has its own idea of the time, ten minutes ahead or behind, and some change their
mind.
"""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta

import pytest
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.customers import some_customers
from faults.environment import TEST_BUILD
from faults.journey import Journey
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.plant import Plant
from faults.smtp_sink import SunkMail

from chassis.messaging.message import Outgoing
from chassis.messaging.rabbit import RabbitBus
from chassis.messaging.topology import EVENTS
from chassis.security.tokens import new_key
from messages.japan import JAPAN
from messages.notification import MailSent

JUMPS_AFTER = 15  # seconds after its start
AHEAD, BEHIND = "600", "-600"
FROM_AHEAD, FROM_BEHIND = f"600:{JUMPS_AFTER}:-600", f"-600:{JUMPS_AFTER}:600"
FIRST_APART = {
    "identity-1": FROM_BEHIND,
    "registration-1": FROM_AHEAD,
    "billing-1": FROM_AHEAD,
    "notification-1": FROM_AHEAD,
}
CLOCKS = {**FIRST_APART, "notification-2": BEHIND, "gateway-1": AHEAD, "gateway-2": BEHIND}
_PROMISED = re.compile(r"(\d+)年(\d+)月(\d+)日 (\d+)時(\d+)分")


def clocks(wrong_by: dict[str, str]) -> dict[str, dict[str, str]]:
    """The variables that give each of these processes a clock of its own."""
    return {
        name: {"PYTHONPATH": str(TEST_BUILD), "TESTBUILD_CLOCK": clock} for name, clock in wrong_by.items()
    }


async def whole_journeys(
    plant: Plant, ledger: Ledger, seed: int, *, count: int, per_second: float
) -> list[str]:
    """Customers come before and after the clocks jump. What is wrong afterwards."""
    customers = some_customers(count, seed=seed)
    await import_customers(plant, customers)
    async with Load(plant, ledger, customers, per_second=per_second, seed=seed) as load:
        pass
    await at_rest(plant, within=20)
    ledger.note("figure", "f11_refused", refused=ledger.count("refused"), of=len(load.finished))
    return await violations(plant, ledger, customers=customers) + await promises_broken(plant)


async def promises_broken(plant: Plant) -> list[str]:
    """Mails that name a later deadline than the registration's: their reader would come too late."""
    async with (await plant.database("registration")).transaction() as tx:
        rows = await tx.fetch("SELECT activation_token_hash, mail_sent_at FROM provisional_accounts")
    sent_at = {row["activation_token_hash"]: row["mail_sent_at"] for row in rows}
    return [
        f"I6: a mail promises {promised_in(mail)}, and its link dies at {began + timedelta(hours=24)}"
        for mail in plant.sink.mails
        if (began := sent_at.get(mail.token_hash)) and promised_in(mail) > began + timedelta(hours=24)
    ]


def promised_in(mail: SunkMail) -> datetime:
    """The deadline as the mail says it."""
    found = _PROMISED.search(mail.text)
    assert found, "the mail names no deadline"
    year, month, day, hour, minute = map(int, found.groups())
    return datetime(year, month, day, hour, minute, tzinfo=JAPAN)


async def test_clocks_ten_minutes_apart_refuse_nobody_and_move_no_deadline(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: str
) -> None:
    """Proofs, sessions and deadlines are judged by the databases' clock; whoever is ahead at first falls
    behind in the middle.
    """
    plant = await make_plant(replicas={"gateway": 2, "notification": 2}, environment=clocks(CLOCKS))
    found = await whole_journeys(plant, ledger, seed, count=80 if scale == "full" else 40, per_second=3)
    # A ticket's cookie, ten minutes, is too old for a gateway twenty minutes ahead of the one that wrote it:
    # its customer types his password.
    assert [each for each in found if "/login/continue" not in each] == []
    assert {entry.facts["route"] for entry in ledger.told_of("refused")} <= {"/login"}


async def test_without_one_clock_for_all_who_sign_and_verify_nobody_sees_his_charges(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """The word of identity about a session is good for a minute; billing is ten minutes ahead."""
    plant = await make_plant(guards_off=["one_clock"], environment=clocks({"billing-1": AHEAD}))
    found = await whole_journeys(plant, ledger, seed, count=3, per_second=5)
    assert [each for each in found if each.endswith("gave up: no charges to see")]


@pytest.mark.parametrize("wrong_by", [timedelta(minutes=10), timedelta(minutes=-10)])
async def test_without_the_clamp_a_wrong_word_of_notification_is_found_out(
    make_plant: MakePlant, ledger: Ledger, seed: int, wrong_by: timedelta
) -> None:
    """The 24 hours would begin before the registration, or in the future."""
    plant = await make_plant(guards_off=["clamp"])
    customer = some_customers(1, seed=seed)[0]
    await import_customers(plant, [customer])
    load = Load(plant, ledger, [])
    journey = Journey(customer, load.browser(customer), plant.sink, ledger)
    await journey.register()
    await journey.wait_for_mail()
    await at_rest(plant, within=20)
    await say_that_the_mail_was_sent(plant, wrong_by)
    await at_rest(plant, within=20)
    found = await violations(plant, ledger, customers=[customer])
    assert [each for each in found if each.startswith("I6: the mail of registration")]


async def say_that_the_mail_was_sent(plant: Plant, wrong_by: timedelta) -> None:
    """As notification would if its database had the wrong time; returns when registration has heard it."""
    registration = await plant.database("registration")
    async with registration.transaction() as tx:
        row = await tx.fetchrow("SELECT registration_key, now() AS now FROM provisional_accounts")
        heard = await tx.fetchval("SELECT count(*) FROM inbox")
    event = MailSent(registration_key=row["registration_key"], sent_at=row["now"] + wrong_by)
    bus = RabbitBus(plant.servers.amqp_url("notification"))
    bus.start()
    async with asyncio.timeout(20):
        while not bus.is_up():
            await asyncio.sleep(0.05)
        name = MailSent.type_name
        await bus.publish(
            Outgoing(EVENTS, name, name, new_key(), event.model_dump_json().encode(), persistent=True),
            within=5,
        )
        while True:
            async with registration.transaction() as tx:
                if await tx.fetchval("SELECT count(*) FROM inbox") > heard:
                    break
            await asyncio.sleep(0.05)
    await bus.close()
