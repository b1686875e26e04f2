"""The step that every order of one mail ends with."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.inbox import is_first_delivery
from chassis.security.tokens import new_key
from services.notification.orders import repository
from services.notification.orders.domain import Order
from services.notification.service import Notification


async def take_order(service: Notification, order: Order | None, received: DeliveryInfo) -> None:
    """One mail for it, however often it is delivered, and a sender who knows; None for a delivery that orders
    nothing. What cannot be read is a dead letter now, and not a lost mail later: BrokenSeal.
    """
    if order is not None:
        order.opened(service.unsealer)
    async with service.database.transaction() as tx:
        if not await is_first_delivery(tx, consumer="notification", message_id=received.message_id):
            return
        if order is not None:
            await repository.add_order(tx, new_key(), order)
    service.wake_a_sender()
