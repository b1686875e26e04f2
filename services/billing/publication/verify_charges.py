"""Whether statements still say what customers were shown, and whether all of that is still there (C13)."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.database.db import Database, Transaction
from messages.values import BillingMonth
from services.billing.publication import repository
from services.billing.publication.domain import Disagreement, Fault

LISTED = 1_000
"""So many disagreements of a kind are listed for each month; the others are only counted."""


@dataclass(frozen=True)
class VerifiedCharges:
    """What was compared, and what does not agree. `count` is of all `disagreements`, of which some may not be
    listed.
    """

    months: tuple[BillingMonth, ...]
    revisions: int
    disagreements: tuple[Disagreement, ...]
    count: int


class NeverPublished(Exception):
    """Customers never saw that month, or so long ago that nothing of it is kept."""


async def verify_charges(database: Database, month: BillingMonth | None) -> VerifiedCharges:
    """Compares that month, or every month that customers see or saw, with what was recorded when it was
    shown. Changes nothing. Raises NeverPublished for a month of which nothing can be said.
    """
    async with database.long_transaction() as tx:
        months = await repository.months_to_verify(tx)
        if month is not None:
            if month not in months:
                raise NeverPublished(str(month))
            months = [month]
        found: list[Disagreement] = []
        count = 0
        for each in months:
            listed, of_month = await _of_month(tx, each)
            found += listed
            count += of_month
        revisions = await repository.count_revisions(tx, months)
    return VerifiedCharges(tuple(months), revisions, tuple(found), count)


async def _of_month(tx: Transaction, month: BillingMonth) -> tuple[list[Disagreement], int]:
    as_recorded = await repository.publication_is_as_recorded(tx, month)
    publication = [] if as_recorded else [Disagreement(month, Fault.PUBLICATION)]
    statements, altered = await repository.altered_statements(tx, month, LISTED)
    revisions, broken = await repository.altered_revisions(tx, month, LISTED)
    return [*publication, *statements, *revisions], len(publication) + altered + broken
