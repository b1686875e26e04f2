"""A login failed: is 本登録 all that is missing (Q18, ADR 0009)?"""

from __future__ import annotations

from chassis.database import db
from chassis.messaging.dispatch import DeliveryInfo
from messages.registration import (
    CheckProvisionalPassword,
    ProvisionalPasswordChecked,
    ProvisionalState,
    TypedPassword,
)
from services.registration.provisional import repository
from services.registration.service import Registration


async def check_provisional_password(
    service: Registration, query: CheckProvisionalPassword, received: DeliveryInfo
) -> ProvisionalPasswordChecked:
    """Whether 本登録 is all that keeps this ID and password from logging in (Q18), or identity's hearing
    of it. The work is the same whatever the answer.
    """
    typed = service.unsealer.open(query.password, TypedPassword, bound_to=query.nonce)
    async with service.database.autocommit() as tx:
        account = await repository.find_by_account_id(tx, query.account_id)
        now = await db.now(tx)
    is_waited_for = account is not None and (
        account.is_live(now) or account.state is ProvisionalState.ACTIVATED
    )
    is_right = await service.hasher.matches(
        typed.password, account.password_hash if account and is_waited_for else None
    )
    is_activated = account is not None and account.state is ProvisionalState.ACTIVATED
    return ProvisionalPasswordChecked(
        right=is_right and not is_activated,
        being_prepared=is_right and is_activated,
        opened_lately=account is not None and account.was_opened_lately(now),
    )
