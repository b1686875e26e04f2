"""A change of an account becomes one mail."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from support.notification_harness import SEALER, only_row, received
from support.smtp_relay import Relay

from chassis.security.sealing import BrokenSeal
from messages.account_notices import AccountChange, AccountChanged
from messages.identity import AccountMailRecipient
from messages.values import AccountId, Device, EmailAddress, Nickname
from services.notification.delivery.delivery_loop import delivery_loop
from services.notification.orders.on_account_changed import on_account_changed
from services.notification.service import Notification


def changed(*, bound_to: object = None) -> AccountChanged:
    """As identity says it."""
    person = AccountMailRecipient(
        email_address=EmailAddress("taro@example.jp"),
        nickname=Nickname("たろう"),
        account_id=AccountId("Taro-01"),
    )
    account_key = uuid4()
    return AccountChanged(
        notice_key=uuid4(),
        account_key=account_key,
        change=AccountChange.NEW_DEVICE,
        happened_at=datetime(2026, 11, 24, 1, 25, tzinfo=UTC),
        device=Device("iphone/safari"),
        recipient=SEALER.seal(person, to="notification", bound_to=bound_to or account_key),  # type: ignore[arg-type]
    )


async def test_a_change_is_told_once(service: Notification, relay: Relay) -> None:
    """Also when the event comes twice, or is said again."""
    event, delivery = changed(), received()
    await on_account_changed(service, event, delivery)
    await on_account_changed(service, event, delivery)
    await on_account_changed(service, event, received())
    await delivery_loop(service)
    await delivery_loop(service)
    [mail] = relay.accepted
    assert mail["Subject"] == "【あいコムこうか】新しい端末でログインがありました"
    assert mail["To"] == "taro@example.jp"
    assert (await only_row(service))["sealed_content"] is None


async def test_a_box_of_another_account_is_not_opened(service: Notification) -> None:
    """A dead letter, and no mail to somebody else."""
    with pytest.raises(BrokenSeal):
        await on_account_changed(service, changed(bound_to=uuid4()), received())
