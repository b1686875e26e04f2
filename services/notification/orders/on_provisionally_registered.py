"""A 仮登録 orders the mail with the 本登録手続きURL."""

from __future__ import annotations

from uuid import UUID

from chassis.database.db import Transaction
from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.inbox import is_first_delivery
from chassis.security.tokens import new_key
from messages.notification import MailAbandoned, MailSent
from messages.registration import SENDING_TIME, ProvisionallyRegistered
from services.notification.orders import repository
from services.notification.orders.domain import MailKind, Order
from services.notification.service import Notification


async def on_provisionally_registered(
    service: Notification, event: ProvisionallyRegistered, received: DeliveryInfo
) -> None:
    """Orders the 仮登録受付完了 mail, for as long as its link would not soon be dead. Raises BrokenSeal.

    Ordered again, as when the word of its end was lost, no second mail leaves; what became of the first is
    said again. A mail that this one supersedes does not leave any more.
    """
    facts = {"not_after": (event.registered_at + SENDING_TIME).isoformat()}
    content = event.mail_order.model_dump_json()
    order = Order(MailKind.ACTIVATION, event.registration_key, content, facts)
    order.opened(service.unsealer)  # what cannot be read is a dead letter now, and not a lost mail later
    async with service.database.transaction() as tx:
        if not await is_first_delivery(tx, consumer="notification", message_id=received.message_id):
            return
        if event.supersedes is not None:
            await repository.withdraw_order(tx, new_key(), MailKind.ACTIVATION, event.supersedes)
        if not await repository.add_order(tx, new_key(), order):
            await _say_again(service, tx, event.registration_key)
    service.wake_a_sender()


async def _say_again(service: Notification, tx: Transaction, registration_key: UUID) -> None:
    end = await repository.find_end(tx, MailKind.ACTIVATION, registration_key)
    if end is None:
        return
    if end.was_sent and end.left_at:
        await service.outbox.add(tx, MailSent(registration_key=registration_key, sent_at=end.left_at))
    else:
        abandoned = MailAbandoned(
            registration_key=registration_key, possibly_sent_at=end.left_at, reason=end.failure
        )
        await service.outbox.add(tx, abandoned)
