"""What nobody asks for any more is deleted (Q16)."""

from __future__ import annotations

from datetime import timedelta

from chassis.database import throttle
from chassis.messaging import inbox
from services.registration.provisional import repository
from services.registration.service import Registration

TOMBSTONES_KEPT_FOR = timedelta(days=30)  # Q16


async def forget_old(service: Registration) -> None:
    """Deletes old hits of limits, old entries of the inbox, and tombstones after 30 days."""
    async with service.database.transaction() as tx:
        await throttle.forget_old(tx)
        await inbox.forget_old(tx)
        await repository.forget_ended(tx, older_than=TOMBSTONES_KEPT_FOR)
