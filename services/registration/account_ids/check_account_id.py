"""[IDチェック] (T12): would 仮登録 with that account ID succeed?"""

from __future__ import annotations

from chassis.database import db
from chassis.database.throttle import Bucket, refuse_while_full
from chassis.messaging.dispatch import DeliveryInfo
from messages.registration import AccountIdChecked, CheckAccountId, RefusalCode
from services.registration.provisional import repository
from services.registration.service import Registration


async def check_account_id(
    service: Registration, query: CheckAccountId, received: DeliveryInfo
) -> AccountIdChecked:
    """Whether 仮登録 with that ID would succeed at this moment; reserves nothing (Q9). Refusals:
    PROOF_EXPIRED, TOO_MANY_ID_CHECKS.
    """
    async with service.database.autocommit() as tx:
        now = await db.now(tx)
        proof = service.verification_proof(query.verification_proof, now)
        bucket = service.buckets.of("id_check", str(proof.contract_key))
        asked = (
            Bucket(bucket, service.limits.id_checks_a_minute),
            Bucket(bucket, service.limits.id_checks_an_hour),
        )
        await refuse_while_full(tx, RefusalCode.TOO_MANY_ID_CHECKS, *asked, counting=[bucket])
        holder = await repository.find_by_account_id(tx, query.account_id)
    is_free = holder is None or holder.leaves_account_id_to(proof.contract_key, now)
    return AccountIdChecked(
        available=is_free and not query.account_id.is_reserved(service.words_of_the_company)
    )
