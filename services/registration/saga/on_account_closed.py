"""The account is gone (Q24): so is what registration kept of it."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.inbox import is_first_delivery
from messages.identity import AccountClosed
from services.registration.account_ids import repository as account_ids
from services.registration.provisional import repository
from services.registration.service import Registration


async def on_account_closed(service: Registration, event: AccountClosed, received: DeliveryInfo) -> None:
    """The account is gone, so its ID is free and nothing of the registration is kept (Q24)."""
    async with service.database.transaction() as tx:
        if await is_first_delivery(tx, consumer="registration", message_id=received.message_id):
            await account_ids.drop_claim(tx, event.registration_key)
            await repository.forget(tx, event.registration_key)
