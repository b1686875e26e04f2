"""The mail with the 本登録手続きURL will never leave (K13)."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from messages.notification import MailAbandoned
from services.registration.service import Registration


async def on_mail_abandoned(service: Registration, event: MailAbandoned, received: DeliveryInfo) -> None:
    """The customer will have to start again, and may use the same account ID (K13)."""
    await service.change_once(
        event.registration_key,
        received,
        lambda account, now: account.with_mail_abandoned(
            now, possibly_sent_at=event.possibly_sent_at, reason=event.reason
        ),
    )
