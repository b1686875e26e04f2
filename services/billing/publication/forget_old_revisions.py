"""Hourly: revisions of statements that are older than books must be."""

from __future__ import annotations

from chassis.database.batches import delete_in_batches
from services.billing.publication import repository
from services.billing.service import Billing


async def forget_old_revisions(service: Billing) -> None:
    """Deletes what statements of months more than seven years ago said, in Japan (docs/retention.md).
    Replicas may do it at once.
    """
    await delete_in_batches(service.database, {"issued statements": repository.forget_old_revisions})
