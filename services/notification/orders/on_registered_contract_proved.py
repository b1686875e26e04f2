"""A proof of a contract that has an account orders a note to its owner."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.inbox import is_first_delivery
from chassis.security.tokens import new_key
from messages.identity import RegisteredContractProved
from services.notification.orders import repository
from services.notification.orders.domain import MailKind, Order
from services.notification.service import Notification


async def on_registered_contract_proved(
    service: Notification, event: RegisteredContractProved, received: DeliveryInfo
) -> None:
    """Orders the note that somebody proved a contract which has an account (Q11). Raises BrokenSeal."""
    facts = {"bound_to": str(event.account_key)}
    content = event.recipient.model_dump_json()
    order = Order(MailKind.CONTRACT_PROVED, event.notice_key, content, facts)
    order.opened(service.unsealer)  # what cannot be read is a dead letter now, and not a lost mail later
    async with service.database.transaction() as tx:
        if not await is_first_delivery(tx, consumer="notification", message_id=received.message_id):
            return
        await repository.add_order(tx, new_key(), order)
    service.wake_a_sender()
