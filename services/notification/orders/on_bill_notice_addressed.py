"""A published statement orders the mail that says so."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.inbox import is_first_delivery
from chassis.security.tokens import new_key
from messages.identity import BillNoticeAddressed
from services.notification.orders import repository
from services.notification.orders.domain import MailKind, Order, boxes_of_bill
from services.notification.service import Notification


async def on_bill_notice_addressed(
    service: Notification, event: BillNoticeAddressed, received: DeliveryInfo
) -> None:
    """Orders the mail about a published month, which lets every other mail go first (ADR 0055). Raises
    BrokenSeal.
    """
    facts = {"bound_to": str(event.account_key), "billing_month": str(event.billing_month)}
    content = boxes_of_bill(event)
    order = Order(MailKind.BILL_PUBLISHED, event.notice_key, content, facts)
    order.opened(service.unsealer)  # what cannot be read is a dead letter now, and not a lost mail later
    async with service.database.transaction() as tx:
        if not await is_first_delivery(tx, consumer="notification", message_id=received.message_id):
            return
        await repository.add_order(tx, new_key(), order)
    service.wake_a_sender()
