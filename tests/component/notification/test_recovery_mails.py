"""The mails to who forgot an ID or a password (X37)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from support.notification_harness import SEALER, only_row, outcomes, received
from support.recovery_letters import a_letter
from support.smtp_relay import Relay

from chassis.process.clock import SystemClock
from chassis.security.sealing import BrokenSeal
from messages.recovery import LetterKind, RecoveryLetter, RecoveryLetterOrdered
from services.notification.delivery.delivery_loop import delivery_loop
from services.notification.orders.domain import MailKind
from services.notification.orders.on_recovery_letter_ordered import on_recovery_letter_ordered
from services.notification.service import Notification


def ordered(
    letter: RecoveryLetter, key: UUID | None = None, *, not_after: datetime | None = None
) -> RecoveryLetterOrdered:
    """As identity says it."""
    key = key or uuid4()
    return RecoveryLetterOrdered(
        letter_key=key,
        not_after=not_after or SystemClock().now() + timedelta(minutes=20),
        letter=SEALER.seal(letter, to="notification", bound_to=key),
    )


async def test_the_mail_goes_to_one_address_and_holds_the_link(service: Notification, relay: Relay) -> None:
    """The content is wiped with its end; until then it is sealed (X18)."""
    letter = a_letter(MailKind.PASSWORD_RESET)
    await on_recovery_letter_ordered(service, ordered(letter), received())
    assert letter.reset_token not in str(await only_row(service))
    await delivery_loop(service)
    assert relay.recipients == [["taro@example.jp"]]
    [text, _] = relay.accepted[0].iter_parts()
    assert f"https://mypage.example.jp/reset/{letter.reset_token}" in text.get_content().splitlines()
    assert (await only_row(service))["sealed_content"] is None


async def test_nobody_gets_a_mail_and_the_event_counts_as_heard(service: Notification, relay: Relay) -> None:
    """X37: what was typed fits no account."""
    nobody = a_letter(MailKind.PASSWORD_RESET).model_copy(update={"kind": LetterKind.NOBODY})
    await on_recovery_letter_ordered(service, ordered(nobody), received())
    await delivery_loop(service)
    assert not relay.accepted
    assert not await outcomes(service)


@pytest.mark.parametrize("kind", [MailKind.PASSWORD_RESET, MailKind.ACCOUNT_IDS, MailKind.ACCOUNT_FROZEN])
async def test_one_order_is_one_mail_however_often_it_is_said(
    service: Notification, relay: Relay, kind: MailKind
) -> None:
    """A double click, or a redrive: each is a message of its own."""
    event = ordered(a_letter(kind))
    for _ in range(3):
        await on_recovery_letter_ordered(service, event, received())
    await delivery_loop(service)
    assert len(relay.accepted) == 1


async def test_a_mail_whose_link_would_soon_be_dead_is_given_up(service: Notification, relay: Relay) -> None:
    """R2: the relay was away for too long."""
    late = ordered(a_letter(MailKind.PASSWORD_RESET), not_after=SystemClock().now() - timedelta(seconds=1))
    await on_recovery_letter_ordered(service, late, received())
    await delivery_loop(service)
    assert not relay.accepted
    assert [state for state, _ in await outcomes(service)] == ["abandoned"]


async def test_a_letter_that_cannot_be_read_is_a_dead_letter(service: Notification) -> None:
    """Now, and not a lost mail later."""
    event = ordered(a_letter(MailKind.PASSWORD_RESET)).model_copy(update={"letter_key": uuid4()})
    with pytest.raises(BrokenSeal):
        await on_recovery_letter_ordered(service, event, received())
