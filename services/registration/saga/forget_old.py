"""What nobody asks for any more is deleted (Q16)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from chassis.database import throttle
from chassis.database.batches import delete_in_batches
from chassis.messaging import inbox
from services.registration.provisional import repository
from services.registration.service import Registration

TOMBSTONES_KEPT_FOR = timedelta(days=30)  # Q16


async def forget_old(service: Registration) -> None:
    """Deletes old hits of limits, old entries of the inbox, and tombstones after 30 days."""
    tombstones = partial(repository.forget_ended, older_than=TOMBSTONES_KEPT_FOR)
    await delete_in_batches(service.database, throttle.forget_old, inbox.forget_old, tombstones)
