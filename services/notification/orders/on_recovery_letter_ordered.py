"""Somebody forgot an ID or a password: the letter to his address, if what he typed fits an account."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from messages.recovery import RecoveryLetter, RecoveryLetterOrdered
from services.notification.orders.domain import LETTERS, MailKind, Order
from services.notification.orders.take_order import take_order
from services.notification.service import Notification


async def on_recovery_letter_ordered(
    service: Notification, event: RecoveryLetterOrdered, received: DeliveryInfo
) -> None:
    """Orders the mail with the link, the IDs or whom to call; none for nobody (X37). Raises BrokenSeal."""
    letter = service.unsealer.open(event.letter, RecoveryLetter, bound_to=event.letter_key)
    kind = LETTERS.get(letter.kind)
    await take_order(service, _order(kind, event, letter) if kind else None, received)


def _order(kind: MailKind, event: RecoveryLetterOrdered, letter: RecoveryLetter) -> Order:
    facts = {"not_after": event.not_after.isoformat()}
    if letter.account_key is not None:
        facts["of_account"] = str(letter.account_key)
    return Order(kind, event.letter_key, event.letter.model_dump_json(), facts)
