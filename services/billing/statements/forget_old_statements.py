"""Hourly: statements that are older than books must be."""

from __future__ import annotations

from chassis.database.batches import delete_in_batches
from services.billing.service import Billing
from services.billing.statements import repository


async def forget_old_statements(service: Billing) -> None:
    """Deletes statements of months more than seven years ago, in Japan (docs/retention.md). Replicas may do
    it at once.
    """
    await delete_in_batches(service.database, {"statements": repository.forget_old_statements})
