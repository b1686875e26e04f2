"""Hourly: audits of imports that are old enough to go."""

from __future__ import annotations

from chassis.database.batches import delete_in_batches
from services.billing.imports import repository
from services.billing.service import Billing


async def forget_old_imports(service: Billing) -> None:
    """Deletes who brought which files more than seven years ago (docs/retention.md)."""
    await delete_in_batches(service.database, {"imports": repository.forget_old_imports})
