"""A contract that has ended orders a note before its account closes."""

from __future__ import annotations

from uuid import uuid5

from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.inbox import is_first_delivery
from chassis.security.tokens import new_key
from messages.identity import AccountClosingSoon
from services.notification.orders import repository
from services.notification.orders.domain import MailKind, Order
from services.notification.service import Notification


async def on_account_closing_soon(
    service: Notification, event: AccountClosingSoon, received: DeliveryInfo
) -> None:
    """Orders the note that My Page ends with the contract (Q24). Raises BrokenSeal."""
    facts = {"closes_at": event.closes_at.isoformat(), "bound_to": str(event.account_key)}
    content = event.recipient.model_dump_json()
    # A contract that ran again and ended anew is announced anew: each end has its own note.
    about_key = uuid5(event.account_key, event.closes_at.isoformat())
    order = Order(MailKind.CLOSING_SOON, about_key, content, facts)
    order.opened(service.unsealer)  # what cannot be read is a dead letter now, and not a lost mail later
    async with service.database.transaction() as tx:
        if not await is_first_delivery(tx, consumer="notification", message_id=received.message_id):
            return
        await repository.add_order(tx, new_key(), order)
    service.wake_a_sender()
