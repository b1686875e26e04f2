"""A change of an account orders a note to whoever holds it."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from messages.account_notices import AccountChanged
from services.notification.orders.domain import MailKind, Order, facts_of_change
from services.notification.orders.take_order import take_order
from services.notification.service import Notification


async def on_account_changed(service: Notification, event: AccountChanged, received: DeliveryInfo) -> None:
    """Orders the note about a change, at the address that identity names: the former one, where the address
    itself was changed. Raises BrokenSeal.
    """
    content = event.recipient.model_dump_json()
    order = Order(MailKind.SECURITY_NOTICE, event.notice_key, content, facts_of_change(event))
    await take_order(service, order, received)
