"""Mails are ordered once, sent once, retried and given up."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from support.notification_harness import (
    SEALER,
    TOKEN,
    a_provisional_registration,
    events_said,
    make_due,
    only_row,
    received,
)
from support.smtp_relay import Relay

from chassis.security.sealing import BrokenSeal
from messages.identity import AccountCreated, AccountMailRecipient
from messages.values import AccountId, EmailAddress, Nickname
from services.notification.delivery.delivery_loop import delivery_loop
from services.notification.delivery.finish_sending import finish_sending
from services.notification.orders.on_account_created import on_account_created
from services.notification.orders.on_provisionally_registered import on_provisionally_registered
from services.notification.service import Notification


async def test_the_activation_mail_says_what_the_manual_promises(service: Notification, relay: Relay) -> None:
    """T14, T18: subject, sender, label, the link alone on its line; text and HTML."""
    await on_provisionally_registered(service, a_provisional_registration(), received())
    await delivery_loop(service)
    [mail] = relay.accepted
    assert mail["Subject"] == "【あいコムこうか】仮登録受付完了のお知らせ"
    assert mail["From"].addresses[0].addr_spec.endswith("@aicom-koka.jp")
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    lines = text.splitlines()
    link = lines.index(f"https://mypage.example.jp/activate/{TOKEN}")
    assert (lines[link - 2 : link], lines[link + 1]) == (["本登録手続きURL", ""], "")
    assert len(lines[link]) < 100
    assert "仮登録有効期限" in text
    assert "TEL 0748-66-0739" in text
    assert TOKEN in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert relay.recipients == [["taro@example.jp"]]
    head = relay.raw[0].split(b"\r\n\r\n")[0].decode("ascii").splitlines()
    assert max(map(len, head)) <= 76


async def test_a_sent_mail_is_told_and_its_content_is_gone(service: Notification, relay: Relay) -> None:
    """MailSent goes out in the same commit; nothing secret stays."""
    await on_provisionally_registered(service, a_provisional_registration(), received())
    await delivery_loop(service)
    row = await only_row(service)
    assert (row["state"], row["sealed_content"]) == ("sent", None)
    assert await events_said(service) == ["notification.mail_sent.v1"]


async def test_the_same_event_twice_and_a_redriven_one_send_one_mail(
    service: Notification, relay: Relay
) -> None:
    """Once by message id, once by what the mail is about."""
    event, first = a_provisional_registration(), received()
    for delivery in (first, first, received()):
        await on_provisionally_registered(service, event, delivery)
    await delivery_loop(service)
    await delivery_loop(service)
    assert len(relay.accepted) == 1


async def test_a_busy_relay_is_tried_again_later_and_says_nothing_yet(
    service: Notification, relay: Relay
) -> None:
    """4xx: the clock of the customer has not started."""
    relay.data = "451 try later"
    await on_provisionally_registered(service, a_provisional_registration(), received())
    await delivery_loop(service)
    row = await only_row(service)
    assert (row["state"], row["attempts"]) == ("queued", 1)
    assert await events_said(service) == []
    relay.data = "250 OK"
    await delivery_loop(service)
    assert relay.accepted == []  # not before its time
    await make_due(service)
    await delivery_loop(service)
    assert len(relay.accepted) == 1


async def test_a_relay_that_is_away_is_tried_again_later(service: Notification, relay: Relay) -> None:
    """Connection refused is no end."""
    await relay.stop()
    await on_provisionally_registered(service, a_provisional_registration(), received())
    await delivery_loop(service)
    assert (await only_row(service))["state"] == "queued"


async def test_a_recipient_that_is_refused_for_good_ends_the_mail_and_is_told(
    service: Notification, relay: Relay
) -> None:
    """5xx at RCPT: final at once."""
    relay.rcpt = "550 no such user"
    await on_provisionally_registered(service, a_provisional_registration(), received())
    await delivery_loop(service)
    row = await only_row(service)
    assert (row["state"], row["sealed_content"]) == ("abandoned", None)
    assert await events_said(service) == ["notification.mail_abandoned.v1"]


async def test_a_mail_is_given_up_after_the_last_retry(service: Notification, relay: Relay) -> None:
    """Ten attempts, about six and a half hours."""
    relay.data = "451 try later"
    await on_provisionally_registered(service, a_provisional_registration(), received())
    for _ in range(10):
        await make_due(service)
        await delivery_loop(service)
    assert (await only_row(service))["state"] == "abandoned"
    assert await events_said(service) == ["notification.mail_abandoned.v1"]


async def test_a_mail_whose_sender_died_is_taken_up_when_its_lease_ends(
    service: Notification, relay: Relay
) -> None:
    """K9, K10: the same Message-ID, so that a reader can tell a repetition."""
    await on_provisionally_registered(service, a_provisional_registration(), received())
    async with service.database.transaction() as tx:
        await tx.execute(
            "UPDATE mails SET state = 'sending', attempts = 1, lease_until = now() + interval '1 minute'"
        )
    await delivery_loop(service)
    assert relay.accepted == []
    await make_due(service)
    await delivery_loop(service)
    assert len(relay.accepted) == 1
    assert relay.accepted[0]["Message-ID"] == f"<{(await only_row(service))['mail_key']}@aicom-koka.jp>"


async def test_an_order_whose_seal_is_broken_is_not_taken(service: Notification) -> None:
    """A bad seal is poison: dispatch buries the message."""
    bad = a_provisional_registration().model_copy(update={"registration_key": uuid4()})
    with pytest.raises(BrokenSeal):
        await on_provisionally_registered(service, bad, received())
    async with service.database.transaction() as tx:
        assert await tx.fetchval("SELECT (SELECT count(*) FROM mails) + (SELECT count(*) FROM inbox)") == 0


async def test_a_content_that_opens_no_more_is_given_up_and_blocks_nobody(
    service: Notification, relay: Relay
) -> None:
    """Its key was taken away while it waited."""
    await on_provisionally_registered(service, a_provisional_registration(), received())
    async with service.database.transaction() as tx:
        await tx.execute("UPDATE mails SET about_key = $1", uuid4())
    await on_provisionally_registered(service, a_provisional_registration(), received())
    await delivery_loop(service)
    assert len(relay.accepted) == 1
    assert sorted(await events_said(service)) == [
        "notification.mail_abandoned.v1",
        "notification.mail_sent.v1",
    ]


async def test_the_mail_after_activation_greets_by_nickname_and_holds_no_secret(
    service: Notification, relay: Relay
) -> None:
    """S6-2; in HTML the nickname is escaped, and no header holds it (X26)."""
    key = uuid4()
    to = AccountMailRecipient(
        email_address=EmailAddress("taro@example.jp"),
        nickname=Nickname("<b>たろう</b>"),
        account_id=AccountId("Taro-01"),
    )
    event = AccountCreated(
        registration_key=uuid4(), account_key=key, recipient=SEALER.seal(to, to="notification", bound_to=key)
    )
    await on_account_created(service, event, received())
    await delivery_loop(service)
    [mail] = relay.accepted
    assert mail["Subject"] == "【あいコムこうか】本登録完了のお知らせ"
    assert "<b>たろう</b> 様" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "&lt;b&gt;たろう" in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "たろう" not in "".join(str(value) for value in mail.values())
    assert await events_said(service) == []


async def test_a_relay_that_refuses_us_as_sender_is_no_end_of_the_mail(
    service: Notification, relay: Relay
) -> None:
    """A relay that is set up wrongly must not end registrations for good: only 5xx to RCPT or DATA ends."""
    relay.mail = "550 not you"
    await on_provisionally_registered(service, a_provisional_registration(), received())
    await delivery_loop(service)
    assert (await only_row(service))["state"] == "queued"


async def test_a_mail_whose_order_is_too_old_is_given_up_unsent(service: Notification, relay: Relay) -> None:
    """Its link would be dead or nearly so when it came."""
    old = a_provisional_registration()
    old = old.model_copy(update={"registered_at": old.registered_at - timedelta(hours=8, seconds=1)})
    await on_provisionally_registered(service, old, received())
    await delivery_loop(service)
    assert relay.accepted == []
    assert await events_said(service) == ["notification.mail_abandoned.v1"]


async def test_a_stop_while_a_mail_is_leaving_lets_it_leave(service: Notification, relay: Relay) -> None:
    """A rolling restart sends nothing twice."""
    answer = relay.hold()
    await on_provisionally_registered(service, a_provisional_registration(), received())
    delivering = asyncio.create_task(delivery_loop(service))
    async with asyncio.timeout(10):
        while not relay.begun:
            await asyncio.sleep(0.01)
    delivering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await delivering
    answer.set()
    await finish_sending(service)
    assert (await only_row(service))["state"] == "sent"
    assert await events_said(service) == ["notification.mail_sent.v1"]


async def test_a_mail_that_always_kills_its_sender_is_given_up_in_the_end(
    service: Notification, relay: Relay
) -> None:
    """Leases that ended count as attempts."""
    await on_provisionally_registered(service, a_provisional_registration(), received())
    async with service.database.transaction() as tx:
        await tx.execute("UPDATE mails SET state = 'sending', attempts = 10, lease_until = now()")
    await delivery_loop(service)
    assert relay.accepted == []
    assert (await only_row(service))["state"] == "abandoned"
