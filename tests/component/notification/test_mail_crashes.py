"""What a crash, a hanging relay or a lost database does to a mail (K8 to K11 of docs/states.md)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from faults.proxy import Proxy
from support.notification_harness import (
    a_provisional_registration,
    a_service,
    events_said,
    make_due,
    only_row,
    received,
)
from support.smtp_relay import Relay

from chassis.database.db import Database
from mypage.local.postgres import PrivatePostgres
from services.notification.delivery import domain, repository
from services.notification.delivery.delivery_loop import delivery_loop
from services.notification.orders.on_provisionally_registered import on_provisionally_registered
from services.notification.service import Notification


async def test_a_mail_taken_over_from_a_dead_sender_is_marked_as_possibly_doubled(
    service: Notification, relay: Relay
) -> None:
    """Nobody can tell whether the relay had it already (K9 and K10 look alike)."""
    await on_provisionally_registered(service, a_provisional_registration(), received())
    async with service.database.transaction() as tx:
        await repository.claim_one(tx)  # and dies
    assert not (await only_row(service))["possible_duplicate"]
    await make_due(service)
    await delivery_loop(service)
    row = await only_row(service)
    assert (row["state"], row["possible_duplicate"], row["attempts"]) == ("sent", True, 2)


async def test_a_mail_that_is_tried_again_after_a_refusal_is_no_possible_double(
    service: Notification, relay: Relay
) -> None:
    """Its sender lived to hear that the relay did not take it."""
    relay.data = "451 try later"
    await on_provisionally_registered(service, a_provisional_registration(), received())
    await delivery_loop(service)
    relay.data = "250 OK"
    await make_due(service)
    await delivery_loop(service)
    row = await only_row(service)
    assert (row["state"], row["possible_duplicate"]) == ("sent", False)


async def test_a_sender_that_lives_keeps_its_lease_however_slow_the_relay_is(
    service: Notification, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease moves on as long as it lives, and a second sender finds no work (ADR 0014)."""
    monkeypatch.setattr(domain, "LEASE_RENEWED_EVERY", timedelta(seconds=0.1))
    answer, leases = relay.hold(), set[datetime]()
    await on_provisionally_registered(service, a_provisional_registration(), received())
    delivering = asyncio.create_task(delivery_loop(service))
    while not relay.begun:
        await asyncio.sleep(0.01)
    async with asyncio.timeout(60):
        while len(leases) < 4:  # the first one and three that began anew
            async with service.database.transaction() as tx:
                assert await repository.claim_one(tx) is None
            leases.add((await only_row(service))["lease_until"])
            await asyncio.sleep(0.02)
    answer.set()
    await delivering
    assert len(relay.accepted) == 1
    assert (await only_row(service))["attempts"] == 1


async def test_a_process_does_not_take_over_a_mail_that_it_is_sending_itself(
    service: Notification, relay: Relay
) -> None:
    """After an outage of the database that outlasted the lease its own sender still lives, and is about to
    store the end.
    """
    await on_provisionally_registered(service, a_provisional_registration(), received())
    async with service.database.transaction() as tx:
        mail = await repository.claim_one(tx)
    assert mail is not None
    service.in_hand.add(mail.mail_key)
    await make_due(service)
    await delivery_loop(service)
    assert ((await only_row(service))["attempts"], relay.accepted) == (1, [])
    service.in_hand.clear()
    await delivery_loop(service)
    assert ((await only_row(service))["attempts"], len(relay.accepted)) == (2, 1)


async def test_a_mail_that_hangs_in_the_relay_holds_up_no_other(service: Notification, relay: Relay) -> None:
    """Senders work side by side: the second mail is out while the first one still hangs."""
    answer = relay.hold()
    await on_provisionally_registered(service, a_provisional_registration(), received())
    hanging = asyncio.create_task(delivery_loop(service))
    while not relay.begun:
        await asyncio.sleep(0.01)
    relay.hold_no_more()
    await on_provisionally_registered(service, a_provisional_registration(), received())
    await delivery_loop(service)
    assert len(relay.accepted) == 1
    assert not hanging.done()
    answer.set()
    await hanging
    assert len(relay.accepted) == 2


@dataclass
class Away:
    """notification whose database can be cut off."""

    service: Notification
    proxy: Proxy

    def begin(self) -> None:
        """The database is away."""
        self.proxy.refuse()
        self.proxy.cut()


@pytest.fixture
async def away(fresh_database: Any, postgres: PrivatePostgres, relay: Relay) -> AsyncIterator[Away]:
    """The database is there until `begin`, and again after `proxy.start`."""
    direct: Database = await fresh_database("notification")
    async with direct.transaction() as tx:
        name = await tx.fetchval("SELECT current_database()")
    proxy = Proxy(lambda: postgres.port)
    await proxy.start()
    url = postgres.url(name).replace(f":{postgres.port}/", f":{proxy.port}/")
    service = a_service(await Database.open(url), await relay.start())
    yield Away(service, proxy)
    await service.database.close()
    await proxy.stop()


async def begun(relay: Relay) -> None:
    """Waits until a mail has come to its end."""
    async with asyncio.timeout(30):
        while not relay.begun:
            await asyncio.sleep(0.01)


async def test_a_mail_that_left_while_the_database_was_away_is_not_sent_again(
    away: Away, relay: Relay
) -> None:
    """The end is stored as soon as the database is back; until then nobody could have taken the mail over."""
    answer = relay.hold()
    await on_provisionally_registered(away.service, a_provisional_registration(), received())
    delivering = asyncio.create_task(delivery_loop(away.service))
    await begun(relay)
    away.begin()
    answer.set()
    while not relay.accepted:
        await asyncio.sleep(0.05)
    await asyncio.sleep(1)
    await away.proxy.start()
    await asyncio.wait_for(delivering, 20)
    assert len(relay.accepted) == 1
    assert (await only_row(away.service))["state"] == "sent"
    assert await events_said(away.service) == ["notification.mail_sent.v1"]


async def test_while_one_end_is_not_stored_no_other_mail_comes_to_the_final_dot(
    away: Away, relay: Relay
) -> None:
    """The database goes with six senders at work: one mail is out, and so one at most can be doubled."""
    answer = relay.hold()
    for _ in range(6):
        await on_provisionally_registered(away.service, a_provisional_registration(), received())
    delivering = [asyncio.create_task(delivery_loop(away.service)) for _ in range(6)]
    await begun(relay)
    while len(away.service.in_hand) < 6:
        await asyncio.sleep(0.01)
    away.begin()
    relay.hold_no_more()
    answer.set()
    await asyncio.sleep(2)
    assert len(relay.accepted) == 1
    await away.proxy.start()
    async with asyncio.timeout(60):
        while len(relay.accepted) < 6:
            await asyncio.sleep(0.1)
        await asyncio.gather(*delivering)


async def test_a_postponement_is_stored_when_the_database_is_back_and_doubles_nothing(
    away: Away, relay: Relay
) -> None:
    """The relay said no in words, so nobody needs to wonder whether it has the mail."""
    answer = relay.hold()
    relay.data = "451 4.3.0 later"
    await on_provisionally_registered(away.service, a_provisional_registration(), received())
    delivering = asyncio.create_task(delivery_loop(away.service))
    await begun(relay)
    away.begin()
    answer.set()
    await asyncio.sleep(1)
    await away.proxy.start()
    await asyncio.wait_for(delivering, 30)
    row = await only_row(away.service)
    assert (row["state"], row["attempts"], row["possible_duplicate"]) == ("queued", 1, False)
