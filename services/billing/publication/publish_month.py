"""The operator's word that a month that was imported may be shown."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.database.db import Database
from messages.values import BillingMonth
from services.billing.publication import repository


@dataclass(frozen=True)
class PublishedMonth:
    """A month that customers can see from now on, or could."""

    month: BillingMonth
    statements: int
    amount_yen: int


class NothingToPublish(Exception):
    """No statement of that month was ever imported."""


async def publish_month(
    database: Database, month: BillingMonth, *, done_by: str, dry_run: bool
) -> PublishedMonth:
    """Shows an imported month to customers, and records what each of its statements says (C13). What was
    corrected since customers saw it last is a new revision, issued now. Raises NothingToPublish for a month
    without statements.
    """
    async with database.long_transaction() as tx:
        await repository.lock_statements(tx)
        statements, amount_yen = await repository.sum_of_month(tx, month)
        if not statements:
            raise NothingToPublish(str(month))
        if not dry_run:
            await repository.publish(tx, [month], done_by)
            await repository.issue(tx, [month], late=False)
    return PublishedMonth(month, statements, amount_yen)
