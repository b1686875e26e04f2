"""The relay took the mail with the 本登録手続きURL (Q13)."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from messages.notification import MailSent
from services.registration.service import Registration


async def on_mail_sent(service: Registration, event: MailSent, received: DeliveryInfo) -> None:
    """The 24 hours run from here (Q13)."""
    await service.change_once(
        event.registration_key, received, lambda account, now: account.with_mail_sent(event.sent_at, now)
    )
