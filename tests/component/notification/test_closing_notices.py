"""The note that My Page ends with the contract (Q24)."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from support.notification_harness import SEALER, received
from support.smtp_relay import Relay

from messages.identity import AccountClosingSoon, AccountMailRecipient
from messages.values import AccountId, EmailAddress, Nickname
from services.notification.delivery.delivery_loop import delivery_loop
from services.notification.orders.on_account_closing_soon import on_account_closing_soon
from services.notification.service import Notification


def closing(account_key: UUID, month: int) -> AccountClosingSoon:
    """It ends in that month."""
    person = AccountMailRecipient(
        email_address=EmailAddress("taro@example.jp"),
        nickname=Nickname("たろう"),
        account_id=AccountId("Taro-01"),
    )
    return AccountClosingSoon(
        account_key=account_key,
        closes_at=datetime(2027, month, 1, tzinfo=UTC),
        recipient=SEALER.seal(person, to="notification", bound_to=account_key),
    )


async def test_a_second_end_is_announced_although_the_first_note_is_not_forgotten(
    service: Notification, relay: Relay
) -> None:
    """The contract ran again, and ended anew within 30 days."""
    account_key = uuid4()
    for month in (1, 2):
        await on_account_closing_soon(service, closing(account_key, month), received())
    await delivery_loop(service)
    assert len(relay.accepted) == 2


async def test_one_end_is_announced_once_however_often_it_is_said(
    service: Notification, relay: Relay
) -> None:
    """A redrive is another message."""
    event = closing(uuid4(), 1)
    for _ in range(2):
        await on_account_closing_soon(service, event, received())
    await delivery_loop(service)
    assert len(relay.accepted) == 1
