"""The mail address of an account was changed: the old one is told at once (X38)."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from messages.account_settings import MailAddressChanged
from services.notification.orders.domain import MailKind, Order
from services.notification.orders.take_order import take_order
from services.notification.service import Notification


async def on_mail_address_changed(
    service: Notification, event: MailAddressChanged, received: DeliveryInfo
) -> None:
    """Orders the mail with the link that takes the change back, for as long as that works. Raises
    BrokenSeal.
    """
    undo_until = event.undo_until.isoformat()
    facts = {"not_after": undo_until, "works_until": undo_until}
    order = Order(MailKind.ADDRESS_CHANGED, event.change_key, event.mail.model_dump_json(), facts)
    await take_order(service, order, received)
