"""All SQL of the statements that customers look at."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.database.batches import BATCH, affected
from chassis.database.db import Row, Transaction
from messages.japan import JAPAN_IN_SQL
from messages.values import BillingMonth, CustomerNumber
from services.billing.statements.domain import (
    STATEMENTS_KEPT_YEARS,
    Charges,
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


_LINES = """(
    SELECT json_agg(json_build_array(service, item, tax_rate_percent, l.amount_yen) ORDER BY line_number)
    FROM statement_lines AS l WHERE l.statement_key = s.statement_key
)"""
"""Of the statement `s`, in their order; NULL for one without lines. `_lines` reads it."""

_NEWEST_STATEMENTS = f"""
    SELECT asked.customer_number, at, newest, listed.billing_month, listed.amount_yen,
        CASE WHEN $3 AND listed.is_compared THEN (  -- a join would look at all twelve
            SELECT json_build_array(base_10_yen, tax_10_yen, base_8_yen, tax_8_yen, base_0_yen, {_LINES})
            FROM statements AS s WHERE customer_number = asked.customer_number
                AND s.billing_month = listed.billing_month
        ) END AS charges
    FROM unnest($1::text[]) AS asked (customer_number)
        CROSS JOIN (SELECT now() AS at, max(billing_month) AS newest FROM published_months) AS clock
        LEFT JOIN LATERAL (
            SELECT billing_month, amount_yen, row_number() OVER all_listed <= 2
                AND first_value(amount_yen) OVER all_listed <> nth_value(amount_yen, 2) OVER all_listed
                AS is_compared
            FROM (
                SELECT billing_month, amount_yen
                FROM statements JOIN published_months USING (billing_month)
                WHERE customer_number = asked.customer_number ORDER BY billing_month DESC LIMIT $2
            ) AS newest_ones
            WINDOW all_listed AS (
                ORDER BY billing_month DESC ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            )
        ) AS listed ON true
    ORDER BY listed.billing_month DESC
"""  # noqa: S608 - the lines


async def newest_statements(
    tx: Transaction, customer_numbers: Sequence[CustomerNumber], at_most: int, *, with_charges: bool = False
) -> Mapping[CustomerNumber, NewestStatements]:
    """At most that many of each of these customers. One statement for all: each more would be a round trip on
    every page.

    `with_charges`: with what the two newest of a customer say, unless their amounts are equal. The others are
    read from the index alone.
    """
    rows = await tx.fetch(_NEWEST_STATEMENTS, customer_numbers, at_most, with_charges)
    newest = BillingMonth.from_date(rows[0]["newest"]) if rows[0]["newest"] else None
    statements: dict[str, list[ListedMonth]] = {number: [] for number in customer_numbers}
    for row in rows:
        if row["billing_month"]:  # the one row of a customer without statements has none
            statements[row["customer_number"]].append(_listed(row))
    return {
        number: NewestStatements(rows[0]["at"], newest, statements[number]) for number in customer_numbers
    }


def _listed(row: Row) -> ListedMonth:
    return ListedMonth(
        billing_month=BillingMonth.from_date(row["billing_month"]),
        amount_yen=row["amount_yen"],
        charges=_charges(row["charges"], row["amount_yen"]) if row["charges"] else None,
    )


def _charges(told: str, amount_yen: int) -> Charges:
    """Of the JSON that the database made."""
    base_10, tax_10, base_8, tax_8, base_0, lines = json.loads(told)
    bases, taxes = {10: base_10, 8: base_8, 0: base_0}, {10: tax_10, 8: tax_8}
    return Charges(_lines(lines), StatementTotals(bases, taxes, amount_yen))


def _lines(told: list[tuple[str, str, int, int]] | None) -> tuple[StatementLine, ...]:
    """None is a statement without lines."""
    return tuple(StatementLine(*line) for line in told or ())


async def load_statements(
    tx: Transaction, customer_number: CustomerNumber, month: BillingMonth, other: BillingMonth
) -> Mapping[BillingMonth, PublishedStatement]:
    """Those of the two months that are published. One statement: an import cannot come between totals,
    lines and dates, nor between two months.
    """
    statement = f"""
        SELECT s.*, (coalesce(issued.first_at, published_at) AT TIME ZONE $4)::date AS published_on,
            CASE WHEN issued.revision > 1 THEN (issued.newest_at AT TIME ZONE $4)::date END AS revised_on,
            {_LINES} AS lines
        FROM statements AS s JOIN published_months USING (billing_month)
            CROSS JOIN LATERAL (
                SELECT min(issued_at) AS first_at, max(issued_at) AS newest_at, max(revision) AS revision
                FROM issued_statements AS i
                WHERE (i.billing_month, i.customer_number) = (s.billing_month, s.customer_number)
            ) AS issued
        WHERE customer_number = $1 AND billing_month IN ($2, $3)
    """  # noqa: S608 - the lines
    rows = await tx.fetch(statement, customer_number, month.first_day, other.first_day, JAPAN_IN_SQL)
    return {
        BillingMonth.from_date(row["billing_month"]): PublishedStatement(
            lines=_lines(json.loads(row["lines"] or "[]")),
            totals=_totals(row),
            published_on=row["published_on"],
            revised_on=row["revised_on"],
        )
        for row in rows
    }


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
