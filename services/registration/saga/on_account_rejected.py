"""Identity could not open the account (K18)."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from chassis.process.logger import Logger
from messages.identity import AccountRejected
from services.registration.service import Registration

_log = Logger()


async def on_account_rejected(service: Registration, event: AccountRejected, received: DeliveryInfo) -> None:
    """Must never happen (K18): an operator is to look at it."""
    _log.error("registration.rejected", registration_key=str(event.registration_key))
    await service.change_once(event.registration_key, received, lambda account, now: account.rejected(now))
