"""[IDチェック] (T12): would 仮登録 with that account ID succeed?"""

from __future__ import annotations

from datetime import timedelta

from chassis.database import db
from chassis.database.throttle import Limit, refuse_while_full
from chassis.messaging.dispatch import DeliveryInfo
from messages.registration import AccountIdChecked, CheckAccountId, RefusalCode
from services.registration.provisional import repository
from services.registration.service import Registration

ID_CHECKS = (Limit(10, timedelta(minutes=1)), Limit(60, timedelta(hours=1)))  # X7, per contract


async def check_account_id(
    service: Registration, query: CheckAccountId, received: DeliveryInfo
) -> AccountIdChecked:
    """Whether 仮登録 with that ID would succeed at this moment; reserves nothing (Q9). Refusals:
    PROOF_EXPIRED, TOO_MANY_ID_CHECKS.
    """
    async with service.database.autocommit() as tx:
        now = await db.now(tx)
        proof = service.verification_proof(query.verification_proof, now)
        bucket = f"id_check:{proof.contract_key}"
        limits = ((bucket, limit) for limit in ID_CHECKS)
        await refuse_while_full(tx, RefusalCode.TOO_MANY_ID_CHECKS, *limits, counting=[bucket])
        holder = await repository.find_by_account_id(tx, query.account_id)
    is_free = holder is None or holder.leaves_account_id_to(proof.contract_key, now)
    return AccountIdChecked(
        available=is_free and not query.account_id.is_reserved(service.words_of_the_company)
    )
