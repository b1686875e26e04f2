"""All SQL of the statements that customers look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.database.batches import BATCH, affected
from chassis.database.db import Row, Transaction
from messages.japan import JAPAN_IN_SQL
from messages.values import BillingMonth, CustomerNumber
from services.billing.statements.domain import (
    STATEMENTS_KEPT_YEARS,
    ListedMonth,
    PublishedStatement,
    StatementLine,
    StatementTotals,
)


@dataclass(frozen=True)
class NewestStatements:
    """A customer's published statements, newest first, at that moment of the database's clock. The newest
    month that is published may be without a statement of his; None before the first publication.
    """

    at: datetime
    newest_published: BillingMonth | None
    statements: Sequence[ListedMonth]


async def newest_statements(
    tx: Transaction, customer_numbers: Sequence[CustomerNumber], at_most: int
) -> Mapping[CustomerNumber, NewestStatements]:
    """At most that many of each of these customers. One statement for all: each more would be a round trip on
    every page.
    """
    statement = """
        SELECT asked.customer_number, clock.at, clock.newest, listed.billing_month, listed.amount_yen
        FROM unnest($1::text[]) AS asked (customer_number)
            CROSS JOIN (SELECT now() AS at, max(billing_month) AS newest FROM published_months) AS clock
            LEFT JOIN LATERAL (
                SELECT billing_month, amount_yen FROM statements JOIN published_months USING (billing_month)
                WHERE customer_number = asked.customer_number ORDER BY billing_month DESC LIMIT $2
            ) AS listed ON true
        ORDER BY listed.billing_month DESC
    """
    rows = await tx.fetch(statement, customer_numbers, at_most)
    newest = BillingMonth.from_date(rows[0]["newest"]) if rows[0]["newest"] else None
    statements: dict[str, list[ListedMonth]] = {number: [] for number in customer_numbers}
    for row in rows:
        if row["billing_month"]:  # the one row of a customer without statements has none
            listed = ListedMonth(BillingMonth.from_date(row["billing_month"]), row["amount_yen"])
            statements[row["customer_number"]].append(listed)
    return {
        number: NewestStatements(rows[0]["at"], newest, statements[number]) for number in customer_numbers
    }


async def load_statement(
    tx: Transaction, customer_number: CustomerNumber, month: BillingMonth
) -> PublishedStatement | None:
    """None if it is not published. One statement, so that an import cannot come between totals, lines and
    dates.
    """
    statement = """
        SELECT s.*, l.service, l.item, l.tax_rate_percent, l.amount_yen AS line_yen,
            (coalesce(issued.first_at, p.published_at) AT TIME ZONE $3)::date AS published_on,
            CASE WHEN issued.revision > 1 THEN (issued.newest_at AT TIME ZONE $3)::date END AS revised_on
        FROM statements s JOIN published_months p USING (billing_month)
            LEFT JOIN statement_lines l USING (statement_key)
            CROSS JOIN LATERAL (
                SELECT min(issued_at) AS first_at, max(issued_at) AS newest_at, max(revision) AS revision
                FROM issued_statements i
                WHERE (i.billing_month, i.customer_number) = (s.billing_month, s.customer_number)
            ) AS issued
        WHERE customer_number = $1 AND billing_month = $2 ORDER BY line_number
    """
    rows = await tx.fetch(statement, customer_number, month.first_day, JAPAN_IN_SQL)
    if not rows:
        return None
    lines = [
        StatementLine(
            service=row["service"],
            item=row["item"],
            tax_rate_percent=row["tax_rate_percent"],
            amount_yen=row["line_yen"],
        )
        for row in rows
        if row["line_yen"] is not None  # a 0-yen statement may have no lines
    ]
    return PublishedStatement(
        published_on=rows[0]["published_on"],
        revised_on=rows[0]["revised_on"],
        lines=tuple(lines),
        totals=_totals(rows[0]),
    )


def _totals(row: Row) -> StatementTotals:
    return StatementTotals(
        bases={10: row["base_10_yen"], 8: row["base_8_yen"], 0: row["base_0_yen"]},
        taxes={10: row["tax_10_yen"], 8: row["tax_8_yen"]},
        amount_yen=row["amount_yen"],
    )


async def forget_old_statements(tx: Transaction) -> int:
    """Deletes a batch of statements, and their lines with them, whose month is so long ago; returns how
    many.
    """
    statement = """
        DELETE FROM statements WHERE statement_key IN (
            SELECT statement_key FROM statements
            WHERE billing_month < date_trunc('month', now() AT TIME ZONE $1) - make_interval(years => $2)
            LIMIT $3 FOR UPDATE SKIP LOCKED
        )
    """
    return affected(await tx.execute(statement, JAPAN_IN_SQL, STATEMENTS_KEPT_YEARS, BATCH))
