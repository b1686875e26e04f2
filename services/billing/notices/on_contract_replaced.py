"""The customer number has another holder (Q23): the former one is not told of his bills."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.inbox import is_first_delivery
from messages.identity import ContractReplaced
from services.billing.notices import repository
from services.billing.service import Billing


async def on_contract_replaced(service: Billing, event: ContractReplaced, received: DeliveryInfo) -> None:
    """Ends what the former holder chose; the new one chooses for himself."""
    async with service.database.transaction() as tx:
        if await is_first_delivery(tx, consumer="billing", message_id=received.message_id):
            await repository.unsubscribe_contract(tx, event.contract_key)
