"""A 本登録 orders the mail that says so."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.inbox import is_first_delivery
from chassis.security.tokens import new_key
from messages.identity import AccountCreated
from services.notification.orders import repository
from services.notification.orders.domain import MailKind, Order
from services.notification.service import Notification


async def on_account_created(service: Notification, event: AccountCreated, received: DeliveryInfo) -> None:
    """Orders the 本登録完了 mail (S6-2). Raises BrokenSeal."""
    order = Order(MailKind.COMPLETED, event.account_key, event.recipient.model_dump_json())
    order.opened(service.unsealer)  # what cannot be read is a dead letter now, and not a lost mail later
    async with service.database.transaction() as tx:
        if not await is_first_delivery(tx, consumer="notification", message_id=received.message_id):
            return
        await repository.add_order(tx, new_key(), order)
    service.wake_a_sender()
