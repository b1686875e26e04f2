"""An order is sent when it comes, by a sender that it wakes, and not at the next look around."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from support.notification_harness import a_provisional_registration, make_due, received
from support.smtp_relay import Relay

from services.notification.delivery import delivery_loop as loop
from services.notification.delivery.delivery_loop import delivery_loop
from services.notification.orders.on_provisionally_registered import on_provisionally_registered
from services.notification.service import AT_ONCE, Notification

PATIENT = 60.0  # seconds


async def again_and_again(service: Notification) -> None:
    """As the component does (services/notification/app.py)."""
    while True:
        await delivery_loop(service)


@pytest.fixture
async def senders(service: Notification, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Notification]:
    """All of them wait, and none looks around by itself."""
    monkeypatch.setattr(loop, "LOOKS_EVERY", 3600.0)
    tasks = [asyncio.create_task(again_and_again(service)) for _ in range(AT_ONCE)]
    await asyncio.sleep(0.2)
    yield service
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def order(service: Notification, count: int = 1) -> None:
    """So many at the same moment."""
    await asyncio.gather(
        *(
            on_provisionally_registered(service, a_provisional_registration(), received())
            for _ in range(count)
        )
    )


async def accepted(relay: Relay, count: int) -> None:
    """Waits until the relay has taken so many."""
    async with asyncio.timeout(PATIENT):
        while len(relay.accepted) < count:
            await asyncio.sleep(0.01)


async def test_each_order_wakes_a_sender(senders: Notification, relay: Relay) -> None:
    """One by one, and many at once."""
    for number in range(1, 4):
        await order(senders)
        await accepted(relay, number)
    await order(senders, 20)
    await accepted(relay, 23)


async def test_a_sender_that_hangs_keeps_no_order_from_the_others(
    senders: Notification, relay: Relay
) -> None:
    """Each order wakes one that is free, so that none waits behind it."""
    answer = relay.hold()
    await order(senders)
    async with asyncio.timeout(PATIENT):
        while not relay.begun:
            await asyncio.sleep(0.01)
    relay.hold_no_more()
    await order(senders, AT_ONCE)
    await accepted(relay, AT_ONCE)
    answer.set()
    await accepted(relay, AT_ONCE + 1)


async def test_orders_of_one_moment_have_a_sender_each(senders: Notification, relay: Relay) -> None:
    """As many as there are: all are in hand, although the relay answers to none."""
    answer = relay.hold()
    await order(replace(senders, ordered=asyncio.Queue(AT_ONCE)), AT_ONCE)
    for _ in range(AT_ONCE):
        senders.wake_a_sender()
    async with asyncio.timeout(PATIENT):
        while len(senders.in_hand) < AT_ONCE:
            await asyncio.sleep(0.01)
    answer.set()
    await accepted(relay, AT_ONCE)


async def test_what_is_due_again_is_found_without_an_order(
    service: Notification, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sender looks around by itself."""
    monkeypatch.setattr(loop, "LOOKS_EVERY", 0.05)
    relay.data = "451 try later"
    await order(service)
    tasks = [asyncio.create_task(again_and_again(service)) for _ in range(2)]
    async with asyncio.timeout(PATIENT):
        while not relay.begun:
            await asyncio.sleep(0.01)
    relay.data = "250 OK"
    async with asyncio.timeout(PATIENT):
        while not relay.accepted:
            await make_due(service)
            await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
