"""All SQL of the statements that customers look at."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.database.db import Transaction
from messages.japan import JAPAN_IN_SQL
from messages.values import BillingMonth, CustomerNumber
from services.billing.statements.domain import (
    ChargesWindow,
    ListedMonth,
    PublishedStatement,
    StatementLine,
    StatementTotals,
)


async def newest_published_month(tx: Transaction) -> BillingMonth | None:
    """The month from which the window is counted, or None before the first publication."""
    newest = await tx.fetchval("SELECT max(billing_month) FROM published_months")
    return BillingMonth.from_date(newest) if newest else None


async def list_statements(
    tx: Transaction, customer_number: CustomerNumber, window: ChargesWindow | None
) -> Sequence[ListedMonth]:
    """The customer's published statements inside the window, newest first; none without a window."""
    if window is None:
        return []
    statement = """
        SELECT billing_month, amount_yen FROM statements JOIN published_months USING (billing_month)
        WHERE customer_number = $1 AND billing_month BETWEEN $2 AND $3 ORDER BY billing_month DESC
    """
    rows = await tx.fetch(statement, customer_number, window.first.first_day, window.last.first_day)
    return [ListedMonth(BillingMonth.from_date(row["billing_month"]), row["amount_yen"]) for row in rows]


async def load_statement(
    tx: Transaction, customer_number: CustomerNumber, month: BillingMonth
) -> PublishedStatement:
    """A published statement that exists. One statement, so that an import cannot come between totals and
    lines.
    """
    statement = """
        SELECT s.*, (p.published_at AT TIME ZONE $3)::date AS published_on,
            l.service, l.item, l.tax_rate_percent, l.amount_yen AS line_yen
        FROM statements s JOIN published_months p USING (billing_month)
            LEFT JOIN statement_lines l USING (statement_key)
        WHERE customer_number = $1 AND billing_month = $2 ORDER BY line_number
    """
    rows = await tx.fetch(statement, customer_number, month.first_day, JAPAN_IN_SQL)
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
    totals = StatementTotals(
        bases={10: rows[0]["base_10_yen"], 8: rows[0]["base_8_yen"], 0: rows[0]["base_0_yen"]},
        taxes={10: rows[0]["tax_10_yen"], 8: rows[0]["tax_8_yen"]},
        amount_yen=rows[0]["amount_yen"],
    )
    return PublishedStatement(published_on=rows[0]["published_on"], lines=tuple(lines), totals=totals)
