"""A mail comes back after the relay had taken it (T9 of the mails, ADR 0054)."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from support.notification_harness import (
    SEALER,
    a_provisional_registration,
    events_said,
    only_row,
    received,
)
from support.smtp_relay import Relay

from chassis.process.settings import SettingsError, load
from messages.identity import AccountCreated, AccountMailRecipient
from messages.values import AccountId, EmailAddress, Nickname
from services.notification.bounces.domain import Bounce, Failure, Outcome
from services.notification.bounces.take_bounce import take_bounce
from services.notification.delivery.delivery_loop import delivery_loop
from services.notification.orders.on_account_created import on_account_created
from services.notification.orders.on_provisionally_registered import on_provisionally_registered
from services.notification.service import Notification
from services.notification.settings import Settings

GONE = Failure("5.1.1", "smtp; 550 5.1.1 <taro@example.jp> unknown")
FULL = Failure("5.2.2", "smtp; 552 5.2.2 <taro@example.jp> full")


async def order(service: Notification) -> UUID:
    """A 本登録完了 mail; returns the account's key."""
    account_key = uuid4()
    recipient = AccountMailRecipient(
        email_address=EmailAddress("taro@example.jp"),
        nickname=Nickname("たろう"),
        account_id=AccountId("taro-01"),
    )
    sealed = SEALER.seal(recipient, to="notification", bound_to=account_key)
    event = AccountCreated(registration_key=uuid4(), account_key=account_key, recipient=sealed)
    await on_account_created(service, event, received())
    return account_key


async def mail_key(service: Notification) -> UUID:
    """Of the one mail."""
    return UUID(str((await only_row(service))["mail_key"]))


async def taken(
    service: Notification, *keys: UUID, failure: Failure = GONE, fingerprint: str = "1"
) -> Outcome:
    """What became of a bounce that names these."""
    outcome, _ = await take_bounce(service.database, Bounce(keys, fingerprint, failure))
    return outcome


async def test_an_address_that_does_not_work_is_told_once(service: Notification) -> None:
    """However often the same mailbox is read, and by however many at once; a second bounce of the same mail
    is another message.
    """
    account_key = await order(service)
    await delivery_loop(service)
    key = await mail_key(service)
    outcomes = await asyncio.gather(*(taken(service, key) for _ in range(5)))
    assert sorted(outcomes) == [*[Outcome.KNOWN] * 4, Outcome.MARKED]
    async with service.database.transaction() as tx:
        [said] = await tx.fetch("SELECT type, body FROM outbox")
    assert said["type"] == "notification.mail_bounced.v1"
    assert json.loads(said["body"])["account_key"] == str(account_key)
    assert b"taro" not in said["body"]
    assert await taken(service, key, fingerprint="2") is Outcome.MARKED


async def test_a_full_mailbox_is_counted_and_nobody_is_told(service: Notification) -> None:
    """Each message once."""
    await order(service)
    await delivery_loop(service)
    key = await mail_key(service)
    outcomes = [await taken(service, key, failure=FULL, fingerprint=each) for each in ("1", "2", "2")]
    assert outcomes == [Outcome.COUNTED, Outcome.COUNTED, Outcome.KNOWN]
    assert await events_said(service) == []
    async with service.database.transaction() as tx:
        rows = await tx.fetch("SELECT outcome, reason FROM bounces")
    assert [tuple(row) for row in rows] == [("counted", "552 5.2.2")] * 2


async def test_a_forged_bounce_changes_nothing(service: Notification) -> None:
    """It names no mail at all, one that nobody sent, or one that has not left: a key cannot be guessed."""
    await order(service)
    for keys in ([], [uuid4()], [uuid4(), await mail_key(service)]):
        assert await taken(service, *keys) is Outcome.UNKNOWN_MAIL
    async with service.database.transaction() as tx:
        assert await tx.fetch("SELECT * FROM bounces") == []
    assert await events_said(service) == []


async def test_the_first_mail_that_is_known_is_meant(service: Notification) -> None:
    """A bounce may quote others before it."""
    await order(service)
    await delivery_loop(service)
    assert await taken(service, uuid4(), await mail_key(service)) is Outcome.MARKED


async def test_a_dry_run_says_what_would_be_and_leaves_it(service: Notification) -> None:
    """Also that it was before."""
    await order(service)
    await delivery_loop(service)
    bounce = Bounce((await mail_key(service),), "1", GONE)
    assert (await take_bounce(service.database, bounce, dry_run=True))[0] is Outcome.MARKED
    assert await events_said(service) == []
    assert (await take_bounce(service.database, bounce))[0] is Outcome.MARKED
    assert (await take_bounce(service.database, bounce, dry_run=True))[0] is Outcome.KNOWN


LATE = Failure("4.4.1", "connect to mx.example.jp timed out", is_over=False)


@pytest.mark.parametrize(
    ("failure", "outcome", "told"),
    [
        (GONE, Outcome.REGISTRATION_TOLD, [("no_such_mailbox", True)]),
        (FULL, Outcome.COUNTED, [("mailbox_full", False)]),
        (LATE, Outcome.COUNTED, []),
    ],
    ids=["gone", "full", "late"],
)
async def test_registration_hears_that_its_mail_came_back(
    service: Notification, failure: Failure, outcome: Outcome, told: list[tuple[str, bool]]
) -> None:
    """Once for each message; a warning that it is late is none. Identity, which has no account yet, hears
    nothing.
    """
    order = a_provisional_registration()
    await on_provisionally_registered(service, order, received())
    await delivery_loop(service)
    key = await mail_key(service)
    assert await taken(service, key, failure=failure) is outcome
    assert await taken(service, key, failure=failure) is Outcome.KNOWN
    async with service.database.transaction() as tx:
        said = await tx.fetch("SELECT type, body FROM outbox ORDER BY id OFFSET 1")
    assert {row["type"] for row in said} <= {"notification.activation_mail_bounced.v1"}
    bodies = [json.loads(row["body"]) for row in said]
    assert [(body["reason"], body["for_good"]) for body in bodies] == told
    assert {body["registration_key"] for body in bodies} <= {str(order.registration_key)}


async def test_what_came_back_goes_with_its_mail(service: Notification) -> None:
    """docs/retention.md: 30 days."""
    await order(service)
    await delivery_loop(service)
    await taken(service, await mail_key(service))
    async with service.database.transaction() as tx:
        await tx.execute("DELETE FROM mails")
        assert await tx.fetch("SELECT * FROM bounces") == []


async def test_each_mail_comes_back_to_an_address_of_its_own(service: Notification, relay: Relay) -> None:
    """VERP, where a mailbox for it is given; the header's sender stays."""
    there = replace(service, bounces_to="bounces@aicom-koka.jp")
    for sender in (service, there):
        await order(sender)
        await delivery_loop(sender)
    async with service.database.transaction() as tx:
        key = UUID(str(await tx.fetchval("SELECT mail_key FROM mails ORDER BY created_at DESC LIMIT 1")))
    assert relay.senders == ["no-reply@aicom-koka.jp", f"bounces+{key.hex}@aicom-koka.jp"]
    assert {str(mail["From"]) for mail in relay.accepted} == {
        "あいコムこうか マイページ <no-reply@aicom-koka.jp>"
    }


NEEDED = {
    "amqp_url": "amqp://nobody@127.0.0.1:1/",
    "database_url": "postgresql://nobody@127.0.0.1:1/nothing",
    "sealing_private_keys": [],
    "smtp_url": "smtp://127.0.0.1:1",
    "public_url": "https://mypage.example.jp",
}


@pytest.mark.parametrize(
    "address",
    ["bounces", "a" * 32 + "@example.jp", "a b@example.jp", "a@b", "<a@example.jp>", "a+b@example.jp"],
)
def test_an_address_that_cannot_bear_a_key_is_refused_at_the_start(address: str) -> None:
    """Not by the first relay that reads it."""
    with pytest.raises(SettingsError):
        load(Settings, **NEEDED, mail_bounces_to=address)
    assert load(Settings, **NEEDED, mail_bounces_to="b-1@example.co.jp").mail_bounces_to
