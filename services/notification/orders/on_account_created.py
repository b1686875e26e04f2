"""A 本登録 orders the mail that says so."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from messages.identity import AccountCreated
from services.notification.orders.domain import MailKind, Order
from services.notification.orders.take_order import take_order
from services.notification.service import Notification


async def on_account_created(service: Notification, event: AccountCreated, received: DeliveryInfo) -> None:
    """Orders the 本登録完了 mail (S6-2). Raises BrokenSeal."""
    order = Order(MailKind.COMPLETED, event.account_key, event.recipient.model_dump_json())
    await take_order(service, order, received)
