"""A 仮登録 orders the mail with the 本登録手続きURL."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.inbox import is_first_delivery
from chassis.security.tokens import new_key
from messages.registration import SENDING_TIME, ProvisionallyRegistered
from services.notification.orders import repository
from services.notification.orders.domain import MailKind, Order
from services.notification.service import Notification


async def on_provisionally_registered(
    service: Notification, event: ProvisionallyRegistered, received: DeliveryInfo
) -> None:
    """Orders the 仮登録受付完了 mail, for as long as its link would not soon be dead. Raises BrokenSeal."""
    facts = {"not_after": (event.registered_at + SENDING_TIME).isoformat()}
    content = event.mail_order.model_dump_json()
    order = Order(MailKind.ACTIVATION, event.registration_key, content, facts)
    order.opened(service.unsealer)  # what cannot be read is a dead letter now, and not a lost mail later
    async with service.database.transaction() as tx:
        if not await is_first_delivery(tx, consumer="notification", message_id=received.message_id):
            return
        await repository.add_order(tx, new_key(), order)
    service.ordered.set()
