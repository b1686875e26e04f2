"""A mail of which nobody has heard is ordered again (K12)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from support.captured_logs import capture_logs
from support.registration_harness import KEYS, Harness, Registered

from chassis.security.sealing import Unsealer
from messages.notification import MailAbandoned, MailSent
from messages.registration import MailOrder, ProvisionallyRegistered
from services.registration.saga.order_mails_again import order_mails_again
from services.registration.saga.repository import hasten_mail_orders


async def orders(harness: Harness) -> list[Registered]:
    """What each order's mail would hold, the first order first."""
    unsealer = Unsealer([KEYS.sealing_private["notification"]])
    return [
        Registered(
            event.registration_key,
            unsealer.open(event.mail_order, MailOrder, bound_to=event.registration_key).activation_token,
        )
        for event in await harness.said(ProvisionallyRegistered)
    ]


async def later(harness: Harness, time: timedelta) -> None:
    """So much later somebody looks for mails without word."""
    await harness.let_pass(time)
    await order_mails_again(harness.service)


async def test_a_mail_without_word_is_ordered_again_with_a_token_of_its_own(harness: Harness) -> None:
    """After five minutes, not before: only the hash of the first token is known."""
    registered = await harness.register()
    await later(harness, timedelta(minutes=4))
    assert len(await orders(harness)) == 1
    await later(harness, timedelta(minutes=2))
    first, second = await orders(harness)
    assert first.token == registered.token != second.token
    assert {first.registration_key, second.registration_key} == {registered.registration_key}


async def test_either_link_opens_the_registration_and_then_neither(harness: Harness) -> None:
    """Whichever order became a mail."""
    await harness.register()
    await later(harness, timedelta(minutes=6))
    first, second = await orders(harness)
    await harness.open_link(first)
    await harness.activate(second, ticket="mine")
    assert await harness.activate(first, ticket="mine")  # the same browser pressed again
    assert await harness.states() == ["activated"]


async def test_orders_are_said_again_ever_more_seldom_and_then_alarm(harness: Harness) -> None:
    """5, 10, 20 minutes; the third order and each one after it is an error in the log."""
    await harness.register()
    with capture_logs() as lines:
        for minutes in (6, 6, 6, 12, 12):
            await later(harness, timedelta(minutes=minutes))
    said = [line for line in lines if line["event"] == "registration.mail_ordered_again"]
    assert [(line["orders"], line["level"]) for line in said] == [
        (2, "warning"),
        (3, "error"),
        (4, "error"),
    ]


async def test_who_has_heard_of_his_mail_orders_none(harness: Harness) -> None:
    """Sent, abandoned, superseded: there is nothing to order."""
    sent, abandoned = await harness.register(), await harness.register(account_id="Jiro-02")
    await harness.hear(MailSent(registration_key=sent.registration_key, sent_at=datetime.now(UTC)))
    await harness.hear(MailAbandoned(registration_key=abandoned.registration_key))
    await later(harness, timedelta(hours=2))
    assert len(await orders(harness)) == 2


async def test_who_is_past_his_deadline_orders_none(harness: Harness) -> None:
    """Its link would be dead."""
    await harness.register()
    await later(harness, timedelta(hours=33))
    assert len(await orders(harness)) == 1


async def test_an_operator_has_the_orders_said_at_once(harness: Harness) -> None:
    """After a queue was purged nobody wants to wait."""
    await harness.register()
    async with harness.database.transaction() as tx:
        assert await hasten_mail_orders(tx) == 1
    await order_mails_again(harness.service)
    assert len(await orders(harness)) == 2
