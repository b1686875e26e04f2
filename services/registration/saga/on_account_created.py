"""Identity opened the account: the end of the saga."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from messages.identity import AccountCreated
from services.registration.provisional.domain import ProvisionalAccount
from services.registration.service import Registration


async def on_account_created(service: Registration, event: AccountCreated, received: DeliveryInfo) -> None:
    """Identity has what it needs: nothing personal stays here."""
    await service.change_once(event.registration_key, received, ProvisionalAccount.completed)
