"""A change of the mail address orders the mail whose link proves the new one."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.inbox import is_first_delivery
from chassis.security.tokens import new_key
from messages.account_settings import AddressChangeOrdered
from services.notification.orders import repository
from services.notification.orders.domain import MailKind, Order
from services.notification.service import Notification


async def on_address_change_ordered(
    service: Notification, event: AddressChangeOrdered, received: DeliveryInfo
) -> None:
    """Orders the mail to the new address, for as long as its link works. Raises BrokenSeal."""
    expires_at = event.expires_at.isoformat()
    facts = {"not_after": expires_at, "works_until": expires_at}
    order = Order(MailKind.ADDRESS_CHANGE, event.change_key, event.mail.model_dump_json(), facts)
    order.opened(service.unsealer)  # what cannot be read is a dead letter now, and not a lost mail later
    async with service.database.transaction() as tx:
        if not await is_first_delivery(tx, consumer="notification", message_id=received.message_id):
            return
        await repository.add_order(tx, new_key(), order)
    service.wake_a_sender()
