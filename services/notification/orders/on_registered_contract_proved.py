"""A proof of a contract that has an account orders a note to its owner."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from messages.identity import RegisteredContractProved
from services.notification.orders.domain import MailKind, Order
from services.notification.orders.take_order import take_order
from services.notification.service import Notification


async def on_registered_contract_proved(
    service: Notification, event: RegisteredContractProved, received: DeliveryInfo
) -> None:
    """Orders the note that somebody proved a contract which has an account (Q11). Raises BrokenSeal."""
    facts = {"bound_to": str(event.account_key)}
    content = event.recipient.model_dump_json()
    order = Order(MailKind.CONTRACT_PROVED, event.notice_key, content, facts)
    await take_order(service, order, received)
