"""Identity imported another holder of the customer number (Q23)."""

from __future__ import annotations

from chassis.database import db
from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.inbox import is_first_delivery
from messages.identity import ContractReplaced
from services.registration.provisional import repository
from services.registration.saga.repository import note_replaced_contract
from services.registration.service import Registration


async def on_contract_replaced(
    service: Registration, event: ContractReplaced, received: DeliveryInfo
) -> None:
    """Ends the contract's live registration and lets no other begin: identity would open no account for it,
    and the page must say so before it says that 本登録 is done.
    """
    async with service.database.transaction() as tx:
        if not await is_first_delivery(tx, consumer="registration", message_id=received.message_id):
            return
        await repository.lock_contract(tx, event.contract_key)
        await note_replaced_contract(tx, event.contract_key)
        live = await repository.lock_live(tx, event.contract_key)
        if live is not None:
            now = await db.now(tx)
            await repository.save(tx, live.with_contract_replaced(now))
