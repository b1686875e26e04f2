"""What happens to registrations past their deadline (T21)."""

from __future__ import annotations

from chassis.database import db
from chassis.database.batches import delete_in_batches
from messages.registration import ProvisionalState
from services.registration.account_ids import repository as account_ids
from services.registration.forms import repository as forms
from services.registration.provisional import repository
from services.registration.service import Registration

BATCH = 500


async def sweep(service: Registration) -> None:
    """Wipes what is personal of registrations past their deadline (T21), drops the claims of all that ended,
    and forgets forms that nobody can press again.
    """
    while await _expire_batch(service) == BATCH:
        pass
    await delete_in_batches(
        service.database, {"claims": account_ids.drop_idle_claims, "forms": forms.forget_old}
    )


async def _expire_batch(service: Registration) -> int:
    async with service.database.transaction() as tx:
        overdue = await repository.lock_overdue(tx, at_most=BATCH)
        now = await db.now(tx)
        for account in overdue:
            await repository.save(tx, account.ended(ProvisionalState.EXPIRED, now))
    return len(overdue)
