"""F8: the mail relay refuses, puts off, hangs, is slow, or takes a mail and never says so. Nobody else's mail
suffers by it.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from typing import Literal

import pytest
from faults.browser import Browser, LoadBalancer
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.customers import Customer, some_customers
from faults.journey import Journey
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.orders import bring_forward, key_of, state_of, until_attempted
from faults.plant import Plant
from faults.probe import spread
from faults.smtp_sink import (
    HANG,
    LOSE_REPLY,
    PUT_OFF,
    PUT_OFF_AT_RCPT,
    REFUSED_AT_DATA,
    REFUSED_AT_RCPT,
    Treatment,
)

from services.notification.delivery.domain import RETRY_AFTER

RELAY_TIMEOUT = 3.0  # seconds; 60 in production
LONG_TIMEOUT = 30.0  # seconds
REST_WITHIN = 60.0
SLOW = Treatment(slow=RELAY_TIMEOUT / 2)


def treat(plant: Plant, customers: Sequence[Customer], *treatments: Treatment) -> None:
    """The first mails to each of them, be it to the address that he corrects at the last moment."""
    for customer in customers:
        for meant in (customer, customer.corrected()):
            plant.sink.to[meant.email_address] = deque(treatments)


@pytest.mark.smoke
async def test_whatever_the_relay_does_each_customer_has_his_mail(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: Literal["smoke", "full"]
) -> None:
    """Mails are put off, hang after DATA, are slow, lose a reply; then the relay is away, then silent. Only a
    lost reply doubles one.
    """
    treatments = (
        (LOSE_REPLY, HANG) if scale == "smoke" else (LOSE_REPLY, HANG, PUT_OFF, PUT_OFF_AT_RCPT, SLOW)
    )
    rounds, kinds = (
        (1, len(treatments) + 1) if scale == "smoke" else (3, len(treatments) + 3)
    )  # the rest are treated as usual
    plant = await make_plant(environment={"notification": {"MYPAGE_SMTP_TIMEOUT": str(RELAY_TIMEOUT)}})
    customers = some_customers(rounds * kinds + 12, seed=seed)
    first, then = customers[:-12], customers[-12:]
    for number, treatment in enumerate(treatments):
        treat(plant, first[number::kinds], treatment)
    await import_customers(plant, customers)
    async with Load(plant, ledger, first, per_second=5, seed=seed) as load:
        pass
    assert load.gave_up == {}
    if scale == "full":
        async with Load(plant, ledger, then, per_second=4, seed=seed) as load:
            await be_away_and_silent(plant, ledger)
    await at_rest(plant, within=REST_WITHIN)
    assert load.gave_up == {}
    assert plant.sink.replies_lost
    assert await violations(plant, ledger, customers=customers) == []


async def be_away_and_silent(plant: Plant, ledger: Ledger) -> None:
    """The relay refuses connections, then takes them and never says a word, then works."""
    ledger.done("relay", "refuse")
    plant.sink.refuse()
    await asyncio.sleep(2)
    ledger.done("relay", "silent")
    plant.sink.hangs_at_connect = True
    await plant.sink.start()
    await asyncio.sleep(RELAY_TIMEOUT)
    ledger.done("relay", "works")
    plant.sink.hangs_at_connect = False


async def test_the_ladder_has_the_rungs_that_were_promised_and_an_end(
    plant: Plant, ledger: Ledger, seed: int
) -> None:
    """10 s, 1 min, 10 min, then each hour, to within a tenth; after the last one the claim is free and the
    customer starts anew (K13).
    """
    (customer,) = some_customers(1, seed=seed)
    await import_customers(plant, [customer])
    treat(plant, [customer], *[PUT_OFF_AT_RCPT] * (len(RETRY_AFTER) + 1))
    journey = await registered(plant, ledger, customer)
    key = await key_of(plant, customer)
    off = []
    for attempt, rung in enumerate(RETRY_AFTER, start=1):
        row = await until_attempted(plant, key, attempt)
        tried_at, _, reply = plant.sink.attempts[-1]
        off.append(abs((row["next_at"] - tried_at) / rung.total_seconds() - 1))
        assert (row["state"], reply[:3]) == ("queued", "450")
        await bring_forward(plant, row["mail_key"])
    assert max(off) < 0.1
    ledger.note("figure", "f8_ladder", worst_off=round(max(off), 4))
    assert (await until_attempted(plant, key, len(RETRY_AFTER) + 1))["state"] == "abandoned"
    await starts_anew(plant, journey)
    assert await violations(plant, ledger, customers=[customer]) == []


async def test_a_mail_that_is_refused_for_good_is_given_up_at_once(
    plant: Plant, ledger: Ledger, seed: int
) -> None:
    """No ladder for 5xx, be it to RCPT or to DATA; the customer starts anew (K13)."""
    customers = some_customers(2, seed=seed)
    await import_customers(plant, customers)
    for customer, refusal in zip(customers, (REFUSED_AT_RCPT, REFUSED_AT_DATA), strict=True):
        treat(plant, [customer], refusal)
        journey = await registered(plant, ledger, customer)
        assert (await until_attempted(plant, await key_of(plant, customer), 1))["state"] == "abandoned"
        await starts_anew(plant, journey)
    assert await violations(plant, ledger, customers=customers) == []


async def test_a_copy_that_is_refused_does_not_end_the_link_of_a_mail_that_may_have_left(
    plant: Plant, ledger: Ledger, seed: int
) -> None:
    """The relay took the first one and its 250 was lost; its 24 hours are a promise (Q13)."""
    [customer] = some_customers(1, seed=seed)
    await import_customers(plant, [customer])
    treat(plant, [customer], LOSE_REPLY, REFUSED_AT_RCPT)
    journey = await registered(plant, ledger, customer)
    assert (await until_attempted(plant, await key_of(plant, customer), 2))["state"] == "abandoned"
    async with asyncio.timeout(20):
        while await state_of(plant, customer) != "mail_sent":
            await asyncio.sleep(0.1)
    assert await journey.activate(await journey.wait_for_mail())
    await journey.browser.close()


async def registered(plant: Plant, ledger: Ledger, customer: Customer) -> Journey:
    """A customer after his 仮登録."""
    browser = Browser(LoadBalancer(plant), ledger, customer.customer_number, customer.network)
    journey = Journey(customer, browser, plant.sink, ledger)
    await journey.register()
    return journey


async def starts_anew(plant: Plant, journey: Journey) -> None:
    """His registration ends as soon as its mail is given up, which the page says that he waits on; the same
    account ID is his at the second try.
    """
    async with asyncio.timeout(20):
        while await state_of(plant, journey.customer) != "mail_abandoned":
            await asyncio.sleep(0.1)
    assert "メールを届けられませんでした" in (await journey.browser.get("/register/done")).text
    await journey.whole()
    await journey.browser.close()
    await at_rest(plant, within=REST_WITHIN)


async def mails_beside_hanging_ones(
    plant: Plant, ledger: Ledger, customers: Sequence[Customer]
) -> list[float]:
    """Three mails hang in the relay. After how many seconds each of ten others came meanwhile; one that did
    not come is not in the list.
    """
    usual, hanging, beside = customers[:10], customers[10:13], customers[13:]
    figures = await asyncio.gather(*(mail_comes(plant, ledger, each) for each in usual))
    ledger.note("figure", "f8_mail_usual", **spread(figures))
    treat(plant, hanging, HANG)
    for each in hanging:
        await (await registered(plant, ledger, each)).browser.close()
    async with asyncio.timeout(20):
        while not any(address == hanging[0].email_address for _, address, _ in plant.sink.attempts):
            await asyncio.sleep(0.02)
    tasks = [asyncio.create_task(mail_comes(plant, ledger, each)) for each in beside]
    came, late = await asyncio.wait(tasks, timeout=LONG_TIMEOUT / 2)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    return [task.result() for task in came]


async def mail_comes(plant: Plant, ledger: Ledger, customer: Customer) -> float:
    """Seconds from 仮登録が完了しました to the mail."""
    await (await registered(plant, ledger, customer)).browser.close()
    began = time.monotonic()
    await plant.sink.mails_to(customer.email_address, within=60)
    return time.monotonic() - began


@pytest.mark.parametrize(
    "guards_off", [[], ["side_by_side"]], ids=["", "without_side_by_side_it_is_found_out"]
)
async def test_mails_that_hang_hold_up_no_other_one(
    make_plant: MakePlant, ledger: Ledger, seed: int, guards_off: list[str]
) -> None:
    """Ten mails come while three hang. With one sender instead of six not a single one does."""
    plant = await make_plant(
        guards_off=guards_off, environment={"notification": {"MYPAGE_SMTP_TIMEOUT": str(LONG_TIMEOUT)}}
    )
    customers = some_customers(23, seed=seed)
    await import_customers(plant, customers)
    came = await mails_beside_hanging_ones(plant, ledger, customers)
    if guards_off:
        assert came == []
        return
    assert len(came) == 10
    ledger.note("figure", "f8_mail_beside_hanging_ones", **spread(came))
    plant.sink.refuse()  # those that hang are reset
    await plant.sink.start()
    for each in customers:
        await plant.sink.mails_to(each.email_address, within=60)


@pytest.mark.parametrize("guards_off", [[], ["end_retry"]], ids=["", "without_end_retry_it_is_found_out"])
async def test_a_mail_that_was_taken_is_not_sent_again_though_its_end_could_not_be_stored(
    make_plant: MakePlant, ledger: Ledger, seed: int, guards_off: list[str]
) -> None:
    """Notification loses its database while a mail leaves. Nobody died, so there is no window W and no second
    mail.
    """
    plant = await make_plant(guards_off=guards_off, proxies=[("notification", "sql")])
    (customer,) = some_customers(1, seed=seed)
    await import_customers(plant, [customer])
    treat(plant, [customer], Treatment(slow=2.0))
    async with Load(plant, ledger, [customer]):
        async with asyncio.timeout(30):
            while not plant.sink.attempts:
                await asyncio.sleep(0.02)
        network = plant.proxies["notification", "sql"]
        network.refuse()
        network.cut()
        await plant.sink.mails_to(customer.email_address, within=30)
        await asyncio.sleep(1)
        await network.start()
    await at_rest(plant, within=REST_WITHIN)
    found = await violations(plant, ledger, customers=[customer])
    assert [each[:20] for each in found] == (["I4: 1 mails too many"] if guards_off else [])
