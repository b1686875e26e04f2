"""A contract that has ended orders a note before its account closes."""

from __future__ import annotations

from uuid import uuid5

from chassis.messaging.dispatch import DeliveryInfo
from messages.identity import AccountClosingSoon
from services.notification.orders.domain import MailKind, Order
from services.notification.orders.take_order import take_order
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
    await take_order(service, order, received)
