"""A change of the mail address orders the mail whose link proves the new one."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from messages.account_settings import AddressChangeOrdered
from services.notification.orders.domain import MailKind, Order
from services.notification.orders.take_order import take_order
from services.notification.service import Notification


async def on_address_change_ordered(
    service: Notification, event: AddressChangeOrdered, received: DeliveryInfo
) -> None:
    """Orders the mail to the new address, for as long as its link works. Raises BrokenSeal."""
    expires_at = event.expires_at.isoformat()
    facts = {"not_after": expires_at, "works_until": expires_at}
    order = Order(MailKind.ADDRESS_CHANGE, event.change_key, event.mail.model_dump_json(), facts)
    await take_order(service, order, received)
