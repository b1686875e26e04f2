"""Hourly: who was told of months that are no news any more, and what the chassis remembers of messages."""

from __future__ import annotations

from chassis.database.batches import delete_in_batches
from chassis.messaging import inbox
from services.billing.notices import repository
from services.billing.service import Billing


async def forget_old_notices(service: Billing) -> None:
    """Deletes them (docs/retention.md). Replicas may do it at once."""
    deletes = {"bill_notices": repository.forget_old_notices, "inbox": inbox.forget_old}
    await delete_in_batches(service.database, deletes)
