"""What nobody asks for any more is deleted (Q16)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from chassis.database import throttle
from chassis.database.batches import delete_in_batches
from chassis.messaging import inbox
from services.registration.provisional import repository
from services.registration.saga import repository as saga
from services.registration.service import Registration

TOMBSTONES_KEPT_FOR = timedelta(days=30)  # Q16
REPLACEMENTS_KEPT_FOR = timedelta(
    days=90
)  # no proof of before the replacement is worth anything after an hour


async def forget_old(service: Registration) -> None:
    """Deletes old hits of limits, old entries of the inbox, tombstones after 30 days, and what identity said
    of contracts that passed on.
    """
    tombstones = partial(repository.forget_ended, older_than=TOMBSTONES_KEPT_FOR)
    replaced = partial(saga.forget_replaced_contracts, older_than=REPLACEMENTS_KEPT_FOR)
    await delete_in_batches(
        service.database,
        {
            "throttle_hits": throttle.forget_old,
            "inbox": inbox.forget_old,
            "ended_registrations": tombstones,
            "replaced_contracts": replaced,
        },
    )
