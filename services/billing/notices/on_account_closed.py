"""The account is gone (Q24): nobody is told any more."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.inbox import is_first_delivery
from messages.identity import AccountClosed
from services.billing.notices import repository
from services.billing.service import Billing


async def on_account_closed(service: Billing, event: AccountClosed, received: DeliveryInfo) -> None:
    """Nothing is left of what the account chose and was told."""
    async with service.database.transaction() as tx:
        if await is_first_delivery(tx, consumer="billing", message_id=received.message_id):
            await repository.forget_account(tx, event.account_key)
