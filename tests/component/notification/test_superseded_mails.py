"""A newer mail was ordered: the earlier one need not leave any more."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from support.notification_harness import a_provisional_registration, events_said, received
from support.smtp_relay import Relay

from messages.registration import ProvisionallyRegistered
from services.notification.delivery.delivery_loop import delivery_loop
from services.notification.delivery.repository import list_unsent
from services.notification.orders.on_provisionally_registered import on_provisionally_registered
from services.notification.service import Notification


def superseding(earlier: UUID) -> ProvisionallyRegistered:
    """The order of the newer mail."""
    return a_provisional_registration().model_copy(update={"supersedes": earlier})


async def states(service: Notification) -> dict[UUID, str]:
    """Of each registration's mail."""
    async with service.database.transaction() as tx:
        return {row["about_key"]: row["state"] for row in await tx.fetch("SELECT * FROM mails")}


async def test_a_mail_that_waits_does_not_leave(service: Notification, relay: Relay) -> None:
    """The customer gets one mail, whose link works; nobody is alarmed."""
    first = a_provisional_registration()
    newer = superseding(first.registration_key)
    for order in (first, newer):
        await on_provisionally_registered(service, order, received())
    await delivery_loop(service)
    assert await states(service) == {first.registration_key: "abandoned", newer.registration_key: "sent"}
    assert len(relay.accepted) == 1
    assert await events_said(service) == ["notification.mail_sent.v1"]
    async with service.database.transaction() as tx:
        assert list(await list_unsent(tx, longer_than=timedelta())) == []


async def test_an_order_that_comes_after_the_newer_one_sends_nothing(
    service: Notification, relay: Relay
) -> None:
    """Events come in no promised order."""
    first = a_provisional_registration()
    for order in (superseding(first.registration_key), first):
        await on_provisionally_registered(service, order, received())
    await delivery_loop(service)
    await delivery_loop(service)
    assert len(relay.accepted) == 1
    assert (await states(service))[first.registration_key] == "abandoned"
    assert await events_said(service) == ["notification.mail_sent.v1"]


async def test_a_mail_that_left_has_left(service: Notification, relay: Relay) -> None:
    """Its row says so, whatever was ordered since."""
    first = a_provisional_registration()
    await on_provisionally_registered(service, first, received())
    await delivery_loop(service)
    await on_provisionally_registered(service, superseding(first.registration_key), received())
    assert (await states(service))[first.registration_key] == "sent"


async def test_an_order_that_supersedes_an_unknown_one_is_taken_calmly(
    service: Notification, relay: Relay
) -> None:
    """Said twice, too."""
    order = superseding(uuid4())
    for _ in range(2):
        await on_provisionally_registered(service, order, received())
    await delivery_loop(service)
    assert len(relay.accepted) == 1
