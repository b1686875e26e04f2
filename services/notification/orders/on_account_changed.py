"""A change of an account orders a note to whoever holds it."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.inbox import is_first_delivery
from chassis.security.tokens import new_key
from messages.account_notices import AccountChanged
from services.notification.orders import repository
from services.notification.orders.domain import MailKind, Order, facts_of_change
from services.notification.service import Notification


async def on_account_changed(service: Notification, event: AccountChanged, received: DeliveryInfo) -> None:
    """Orders the note about a change, at the address that identity names: the former one, where the address
    itself was changed. Raises BrokenSeal.
    """
    content = event.recipient.model_dump_json()
    order = Order(MailKind.SECURITY_NOTICE, event.notice_key, content, facts_of_change(event))
    order.opened(service.unsealer)  # what cannot be read is a dead letter now, and not a lost mail later
    async with service.database.transaction() as tx:
        if not await is_first_delivery(tx, consumer="notification", message_id=received.message_id):
            return
        await repository.add_order(tx, new_key(), order)
    service.wake_a_sender()
