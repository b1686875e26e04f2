"""An order that comes a second time under another message id: registration has heard nothing of the first."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from support.notification_harness import a_provisional_registration, events_said, only_row, received
from support.smtp_relay import Relay

from services.notification.delivery import domain, repository
from services.notification.delivery.delivery_loop import delivery_loop
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


async def said_twice(service: Notification) -> list[dict[str, Any]]:
    """What was said of the one mail when it ended, and what is said again."""
    key = uuid4()
    for _ in range(2):
        await on_provisionally_registered(service, a_provisional_registration(key), received())
        await delivery_loop(service)
    async with service.database.transaction() as tx:
        return [json.loads(row["body"]) for row in await tx.fetch("SELECT body FROM outbox ORDER BY id")]


async def test_the_moment_that_is_said_again_is_the_one_that_was_said(
    service: Notification, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the database's clock was set back while the relay took the mail: the mail has promised it."""
    claim_one = repository.claim_one

    async def claimed_later(tx: Any, **how: Any) -> Any:
        mail = await claim_one(tx, **how)
        return mail and replace(mail, claimed_at=mail.claimed_at + timedelta(minutes=2))

    monkeypatch.setattr(repository, "claim_one", claimed_later)
    first, again = await said_twice(service)
    assert again == first
    sent_at = datetime.fromisoformat(first["sent_at"])
    assert sent_at > (await only_row(service))["ended_at"] + timedelta(minutes=1)


async def test_that_a_given_up_mail_may_have_left_is_said_again(
    service: Notification, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The 250 to its last attempt was lost: the link lives on, whichever of the two is heard."""

    async def hangs_up(self: Relay, server: Any, session: Any, envelope: Any) -> str:
        server.transport.abort()
        return "250 nobody hears this"

    monkeypatch.setattr(Relay, "handle_DATA", hangs_up)
    monkeypatch.setattr(domain, "next_attempt", lambda attempts: None)
    first, again = await said_twice(service)
    assert first["possibly_sent_at"] is not None
    assert again == first


async def test_why_a_mail_was_given_up_is_said_again(service: Notification, relay: Relay) -> None:
    """The customer sees the same, whichever of the two is heard."""
    relay.rcpt = "550 5.1.1 User unknown"
    first, again = await said_twice(service)
    assert first["reason"] == "no_such_mailbox"
    assert again == first
