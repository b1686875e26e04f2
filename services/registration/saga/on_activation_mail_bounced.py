"""The mail with the 本登録手続きURL came back after its relay had taken it (K13, ADR 0054)."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from messages.notification import ActivationMailBounced
from services.registration.service import Registration


async def on_activation_mail_bounced(
    service: Registration, event: ActivationMailBounced, received: DeliveryInfo
) -> None:
    """The customer is told on the page that waits for the mail. Means nothing for a registration that is
    activated, over, or waits for a newer mail.
    """
    await service.change_once(
        event.registration_key,
        received,
        lambda account, now: account.with_mail_bounced(now, reason=event.reason, for_good=event.for_good),
    )
