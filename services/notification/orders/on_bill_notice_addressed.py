"""A published statement orders the mail that says so."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from messages.identity import BillNoticeAddressed
from services.notification.orders.domain import MailKind, Order, boxes_of_bill
from services.notification.orders.take_order import take_order
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
    await take_order(service, order, received)
