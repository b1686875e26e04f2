"""What the relay refuses, what it says of us, and what it may have taken all the same."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any, cast

import pytest
from support.captured_logs import capture_logs
from support.notification_harness import (
    a_provisional_registration,
    events_said,
    make_due,
    only_row,
    received,
)
from support.smtp_relay import Relay

from messages.values import EmailAddress
from services.notification.delivery import domain
from services.notification.delivery.delivery_loop import delivery_loop
from services.notification.delivery.mailer import Mailer
from services.notification.orders.on_provisionally_registered import on_provisionally_registered
from services.notification.service import Notification


async def ordered_and_tried(service: Notification) -> Any:
    """One mail after its first attempt."""
    await on_provisionally_registered(service, a_provisional_registration(), received())
    await delivery_loop(service)
    return await only_row(service)


async def reasons_said(service: Notification) -> list[str]:
    """Of the abandoned mails in the outbox."""
    async with service.database.transaction() as tx:
        return [json.loads(row["body"])["reason"] for row in await tx.fetch("SELECT body FROM outbox")]


async def test_a_relay_that_is_not_set_up_for_us_makes_no_address_wrong(
    service: Notification, relay: Relay
) -> None:
    """It waits, the numbers stand in the log, and the mail leaves when the relay has been set up."""
    relay.rcpt = "554 5.7.1 Relay access denied"
    with capture_logs() as lines:
        row = await ordered_and_tried(service)
    assert (row["state"], row["last_trouble"]) == ("queued", "rcpt 554 5.7.1")
    [line] = [line for line in lines if line["event"] == "mail.postponed"]
    assert (line["level"], line["reason"]) == ("error", "rcpt 554 5.7.1")
    relay.rcpt = "250 OK"
    await make_due(service)
    await delivery_loop(service)
    assert (await only_row(service))["state"] == "sent"


async def test_an_unknown_mailbox_is_final(service: Notification, relay: Relay) -> None:
    """He is told to check his address."""
    relay.rcpt = "550 5.1.1 User unknown"
    row = await ordered_and_tried(service)
    assert (row["state"], row["last_trouble"]) == ("abandoned", "rcpt 550 5.1.1")
    assert await events_said(service) == ["notification.mail_abandoned.v1"]
    assert await reasons_said(service) == ["no_such_mailbox"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("552 5.2.2 Mailbox full", "mailbox_full"),
        ("550 5.7.1 Refused by the recipient's policy", "refused_by_policy"),
        ("554 5.7.1 Relay access denied", "not_sent_in_time"),
    ],
)
async def test_the_customer_is_told_why_the_last_attempt_failed(
    service: Notification, relay: Relay, monkeypatch: pytest.MonkeyPatch, answer: str, reason: str
) -> None:
    """A class, and no word of the relay's."""
    monkeypatch.setattr(domain, "next_attempt", lambda attempts: None)
    relay.rcpt = f"{answer} taro@example.jp"
    assert (await ordered_and_tried(service))["failure"] == reason
    assert await reasons_said(service) == [reason]
    async with service.database.transaction() as tx:
        assert b"taro" not in await tx.fetchval("SELECT body FROM outbox")


async def test_a_mail_that_is_tried_no_more_was_not_sent_in_time(service: Notification) -> None:
    """Its order is too old."""
    old = a_provisional_registration()
    old = old.model_copy(update={"registered_at": old.registered_at - timedelta(hours=9)})
    await on_provisionally_registered(service, old, received())
    await delivery_loop(service)
    assert await reasons_said(service) == ["not_sent_in_time"]


async def test_we_introduce_ourselves_with_the_domain_of_the_sender(
    service: Notification, relay: Relay
) -> None:
    """`localhost` is refused by relays that ask for a full name."""
    await ordered_and_tried(service)
    assert relay.introductions == {"aicom-koka.jp"}


async def test_what_needs_tls_is_not_said_in_clear(service: Notification, relay: Relay) -> None:
    """The relay offers none: nothing but a greeting is exchanged, and the mail waits."""
    private = replace(service, relay=replace(cast("Mailer", service.relay), requires_tls=True))
    assert (await ordered_and_tried(private))["last_trouble"] == "the relay offers no TLS"
    assert relay.introductions == set()


async def test_the_wire_has_one_recipient_and_one_to(service: Notification, relay: Relay) -> None:
    """X25: signs that mean something in headers mean nothing in an address."""
    address = EmailAddress("o'neil+a=b?_{|}~#$%&*/!^`@example.jp")
    await on_provisionally_registered(service, a_provisional_registration(address=address), received())
    await delivery_loop(service)
    [recipients], [raw] = relay.recipients, relay.raw
    assert recipients == [address]
    assert raw.lower().count(b"\nto:") == 1


@pytest.mark.parametrize(
    "stored",
    [
        "a@b.jp>\r\nRCPT TO:<e@x",
        "=?utf-8?q?a=0D=0ABcc:_x?=@example.jp",
        "=?utf-8?q?a=0D=0ABcc?=@example.jp",
        "=?utf-8?b?YUBiLmpw?=@example.jp",
        '"a b"@example.jp',
        "@relay.example:a@example.jp",
        "a@b.jp,c@d.jp",
        "a b@example.jp",
        "たろう@example.jp",
        "a(comment)@example.jp",
        "a@[192.0.2.1]",
        "a@example.jp\u2028x",
    ],
    ids=count(),
)
async def test_what_could_be_read_as_another_recipient_never_reaches_the_wire(
    service: Notification, relay: Relay, stored: str
) -> None:
    """X27: put aside for good, whoever stored it."""
    order = a_provisional_registration(address=EmailAddress.stored(stored))
    await on_provisionally_registered(service, order, received())
    await delivery_loop(service)
    row = await only_row(service)
    assert row["state"] in ("abandoned", "queued")
    assert relay.introductions == set()


async def test_a_mail_that_may_have_left_keeps_its_promise_when_a_later_attempt_is_refused(
    service: Notification, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The relay took it, its 250 was lost, then it says 550. Registration hears since when the link works."""

    with monkeypatch.context() as patched:
        patched.setattr(Relay, "handle_DATA", _hangs_up)
        row = await ordered_and_tried(service)
    assert row["state"] == "queued"
    assert row["possibly_sent_at"] is not None
    relay.rcpt = "550 5.1.1 User unknown"
    await make_due(service)
    await delivery_loop(service)
    row = await only_row(service)
    async with service.database.transaction() as tx:
        body = json.loads(await tx.fetchval("SELECT body FROM outbox"))
    assert row["state"] == "abandoned"
    assert body["possibly_sent_at"] is not None


async def _hangs_up(self: Relay, server: Any, session: Any, envelope: Any) -> str:
    server.transport.abort()
    return "250 nobody hears this"


async def test_a_mail_that_was_refused_in_words_has_not_left(service: Notification, relay: Relay) -> None:
    """A 4xx at the final dot is an answer."""
    relay.data = "451 4.3.0 later"
    assert (await ordered_and_tried(service))["possibly_sent_at"] is None


async def test_a_mail_of_a_sender_that_died_may_have_left(service: Notification, relay: Relay) -> None:
    """Nobody heard what the relay answered to the first attempt."""
    await on_provisionally_registered(service, a_provisional_registration(), received())
    async with service.database.transaction() as tx:
        await tx.execute("UPDATE mails SET state = 'sending', attempts = 1, lease_until = now()")
    relay.rcpt = "550 5.1.1 User unknown"
    await delivery_loop(service)
    row = await only_row(service)
    assert (row["state"], row["possible_duplicate"]) == ("abandoned", True)
    assert row["possibly_sent_at"] > row["created_at"] - timedelta(seconds=1)
