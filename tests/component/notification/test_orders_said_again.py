"""An order that comes a second time under another message id: registration has heard nothing of the first."""

from __future__ import annotations

from uuid import uuid4

from support.notification_harness import a_provisional_registration, events_said, only_row, received

from services.notification.orders.on_provisionally_registered import on_provisionally_registered
from services.notification.service import Notification


async def ended(service: Notification, state: str) -> None:
    """As if the mail had ended so, and its word were lost."""
    async with service.database.transaction() as tx:
        await tx.execute("UPDATE mails SET state = $1, ended_at = now(), sealed_content = NULL", state)
        await tx.execute("DELETE FROM outbox")


async def test_a_mail_that_waits_is_not_ordered_twice(service: Notification) -> None:
    """Its fate is not known yet, so nothing is said."""
    key = uuid4()
    for _ in range(2):
        await on_provisionally_registered(service, a_provisional_registration(key), received())
    assert (await only_row(service))["state"] == "queued"
    assert await events_said(service) == []


async def test_that_a_mail_was_sent_is_said_again(service: Notification) -> None:
    """And none is sent once more."""
    key = uuid4()
    await on_provisionally_registered(service, a_provisional_registration(key), received())
    await ended(service, "sent")
    await on_provisionally_registered(service, a_provisional_registration(key), received())
    assert (await only_row(service))["state"] == "sent"
    assert await events_said(service) == ["notification.mail_sent.v1"]


async def test_that_a_mail_was_given_up_is_said_again(service: Notification) -> None:
    """Whoever waits for it is told to start over."""
    key = uuid4()
    await on_provisionally_registered(service, a_provisional_registration(key), received())
    await ended(service, "abandoned")
    await on_provisionally_registered(service, a_provisional_registration(key), received())
    assert await events_said(service) == ["notification.mail_abandoned.v1"]
