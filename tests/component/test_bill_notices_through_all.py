"""From the publication of a month to the mailboxes, through three databases: whatever is delivered twice or
out of order, and wherever a handler dies, each customer gets one mail (ADR 0055).
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from support import billing_harness, identity_harness, notification_harness
from support.bill_notices import WITH, Account, announce, choose, publish, said
from support.smtp_relay import Relay

from chassis.database.db import Database
from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.message import Event
from chassis.security.sealing import Unsealer
from messages.billing import StatementPublished
from messages.identity import BillNoticeAddressed
from messages.values import EmailAddress
from services.identity.accounts.address_bill_notice import address_bill_notice
from services.notification.delivery.delivery_loop import delivery_loop
from services.notification.orders.on_bill_notice_addressed import on_bill_notice_addressed

CUSTOMERS = 12
Handler = Callable[[Any, Any, DeliveryInfo], Awaitable[None]]


class _Died(Exception):
    """The handler's process, just before its commit."""


async def deliver(
    service: Any, handler: Handler, events: Sequence[tuple[str, Event]], chance: random.Random
) -> None:
    """As a broker does that redelivers: each at least once, some again, in any order; some deaths between."""
    deliveries = [each for each in events for _ in range(chance.randint(1, 3))]
    chance.shuffle(deliveries)
    for message_id, event in deliveries:
        if chance.random() < 0.3:
            with pytest.raises(_Died):
                await handler(_dying(service), event, DeliveryInfo(message_id, 1))
        await handler(service, event, DeliveryInfo(message_id, 1))


def _dying(service: Any) -> Any:
    class Outlived:
        """Its transactions come to no end."""

        def __init__(self, block: Any) -> None:
            self._block = block

        async def __aenter__(self) -> Any:
            return await self._block.__aenter__()

        async def __aexit__(self, *trouble: Any) -> Any:
            died = _Died()
            await self._block.__aexit__(_Died, died, None)
            raise died

    class Dying:
        """A database of a process that dies."""

        def transaction(self) -> Outlived:
            return Outlived(service.database.transaction())

    return replace(service, database=Dying())


async def in_outbox(database: Database, kind: type[Event]) -> list[tuple[str, Event]]:
    """What was said, with the ids under which it travels."""
    async with database.transaction() as tx:
        rows = await tx.fetch("SELECT message_id, body FROM outbox WHERE type = $1", kind.type_name)
    return [(str(row["message_id"]), kind.model_validate_json(row["body"])) for row in rows]


async def given_accounts(identity: identity_harness.Harness) -> list[Account]:
    """Each with an address of its own."""
    accounts = []
    for number in range(CUSTOMERS):
        customer = f"{70_000 + number}"
        await identity.given_account(f"taro-{number}", number=customer)
        statement = (
            "UPDATE accounts SET email_address = $1 WHERE account_id_folded = $2 RETURNING account_key"
        )
        address = EmailAddress(f"taro{number}@example.jp")
        [row] = await identity.run(statement, address, f"taro-{number}")
        accounts.append(Account(customer=customer, key=UUID(str(row["account_key"]))))
    return accounts


@pytest.mark.parametrize("seed", range(3))
async def test_each_gets_one_mail_whatever_the_broker_and_the_processes_do(
    fresh_database: Any, tmp_path: Path, seed: int
) -> None:
    """And nothing is left over anywhere."""
    chance, relay = random.Random(seed), Relay()
    billing = billing_harness.Harness(await fresh_database("billing"), tmp_path)
    identity = identity_harness.Harness(await fresh_database("identity"))
    notification = replace(
        notification_harness.a_service(await fresh_database("notification"), await relay.start()),
        unsealer=Unsealer(
            [each.KEYS.sealing_private["notification"] for each in (billing_harness, identity_harness)]
        ),
    )
    accounts = await given_accounts(identity)
    files = billing.files()
    for account in accounts:
        await choose(billing, account, WITH)
        files.add(account.customer, "2026-10", billing_harness.INTERNET)
    await billing.bring(files, publish=False)
    await publish(billing, "2026-10")
    await announce(billing)
    assert len(await said(billing)) == CUSTOMERS
    published = await in_outbox(billing.database, StatementPublished)
    await deliver(identity.service, address_bill_notice, published, chance)
    addressed = await in_outbox(identity.database, BillNoticeAddressed)
    await deliver(notification, on_bill_notice_addressed, addressed, chance)
    await delivery_loop(notification)
    assert sorted(relay.taken) == sorted(f"taro{number}@example.jp" for number in range(CUSTOMERS))
    await relay.stop()
