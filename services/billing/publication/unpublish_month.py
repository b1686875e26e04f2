"""The operator's word that a month may be shown no more."""

from __future__ import annotations

from chassis.database.db import Database
from messages.values import BillingMonth
from services.billing.publication import repository


class NotPublished(Exception):
    """Customers do not see that month."""


async def unpublish_month(database: Database, month: BillingMonth, *, done_by: str, reason: str) -> None:
    """Hides a month from customers, and notes who did it and why. Statements stay, with all revisions that
    were shown: published again, what was corrected meanwhile says so. Raises NotPublished, and ValueError
    without a reason.
    """
    if not reason.strip():
        raise ValueError("a month is hidden for a reason")
    async with database.long_transaction() as tx:
        await repository.lock_statements(tx)
        if not await repository.unpublish(tx, month, done_by, reason):
            raise NotPublished(str(month))
