"""A login failed: is 本登録 all that is missing (Q18, ADR 0009)?"""

from __future__ import annotations

from chassis.database import db
from chassis.messaging.dispatch import DeliveryInfo
from messages.registration import CheckProvisionalPassword, ProvisionalPasswordChecked, TypedPassword
from services.registration.provisional import repository
from services.registration.service import Registration


async def check_provisional_password(
    service: Registration, query: CheckProvisionalPassword, received: DeliveryInfo
) -> ProvisionalPasswordChecked:
    """Whether 本登録 is all that keeps this ID and password from logging in (Q18). The work is the same
    whatever the answer.
    """
    typed = service.unsealer.open(query.password, TypedPassword, bound_to=query.nonce)
    async with service.database.autocommit() as tx:
        account = await repository.find_by_account_id(tx, query.account_id)
        now = await db.now(tx)
    stored_hash = account.password_hash if account is not None and account.is_live(now) else None
    is_right = await service.hasher.matches(typed.password, stored_hash)
    return ProvisionalPasswordChecked(right=is_right)
