"""All SQL of billing, one method per statement. Every method works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chassis.database.db import Row, Transaction
from messages.billing import ListedStatement, RateTotal, ShownLine
from messages.values import BillingMonth, CustomerNumber
from services.billing.domain import ChargesWindow

STAGED_STATEMENTS = (
    "customer_number", "billing_month", "base_10_yen", "tax_10_yen", "base_8_yen", "tax_8_yen", "base_0_yen", "amount_yen",
)  # fmt: skip
"""The columns of a staged statement, in the order in which `stage_statements` takes them."""

STAGED_LINES = (
    "customer_number",
    "billing_month",
    "line_number",
    "service",
    "item",
    "tax_rate_percent",
    "amount_yen",
)
"""The columns of a staged line, in the order in which `stage_lines` takes them."""


@dataclass(frozen=True)
class PublishedStatement:
    """One statement with what belongs to it. `published_on` is the day in Japan."""

    published_on: date
    lines: tuple[ShownLine, ...]
    rate_totals: tuple[RateTotal, ...]
    amount_yen: int


class Repository:
    """Statements and published months in one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def now(self) -> datetime:
        """The instant of this transaction: what deadlines are compared with (Q14)."""
        now: datetime = await self._tx.fetchval("SELECT now()")
        return now

    async def newest_published_month(self) -> BillingMonth | None:
        """The month from which the window is counted, or None before the first publication."""
        newest = await self._tx.fetchval("SELECT max(billing_month) FROM published_months")
        return BillingMonth.from_date(newest) if newest else None

    async def list_statements(
        self, customer_number: CustomerNumber, window: ChargesWindow
    ) -> list[ListedStatement]:
        """The customer's published statements inside the window, newest first."""
        statement = """
            SELECT billing_month, amount_yen FROM statements JOIN published_months USING (billing_month)
            WHERE customer_number = $1 AND billing_month BETWEEN $2 AND $3 ORDER BY billing_month DESC
        """
        rows = await self._tx.fetch(statement, customer_number, window.first.first_day, window.last.first_day)
        return [
            ListedStatement(
                billing_month=BillingMonth.from_date(row["billing_month"]), amount_yen=row["amount_yen"]
            )
            for row in rows
        ]

    async def load_statement(
        self, customer_number: CustomerNumber, month: BillingMonth
    ) -> PublishedStatement:
        """A published statement that exists. One statement, so that an import cannot come between totals and
        lines.
        """
        statement = """
            SELECT s.*, (p.published_at AT TIME ZONE 'Asia/Tokyo')::date AS published_on,
                l.service, l.item, l.tax_rate_percent, l.amount_yen AS line_yen
            FROM statements s JOIN published_months p USING (billing_month) LEFT JOIN statement_lines l USING (statement_key)
            WHERE customer_number = $1 AND billing_month = $2 ORDER BY line_number
        """
        rows = await self._tx.fetch(statement, customer_number, month.first_day)
        lines = (
            ShownLine(
                service=row["service"],
                item=row["item"],
                tax_rate_percent=row["tax_rate_percent"],
                amount_yen=row["line_yen"],
            )
            for row in rows
            if row["line_yen"] is not None  # a 0-yen statement may have no lines
        )
        return PublishedStatement(
            rows[0]["published_on"], tuple(lines), _rate_totals(rows[0]), rows[0]["amount_yen"]
        )

    async def begin_import(self) -> None:
        """One import at a time; customers go on reading meanwhile. Makes empty staging tables."""
        await self._tx.execute("""
            LOCK TABLE statements IN SHARE ROW EXCLUSIVE MODE;
            CREATE TEMP TABLE staged_statements (LIKE statements, fate text NOT NULL DEFAULT 'added') ON COMMIT DROP;
            ALTER TABLE staged_statements ALTER statement_key DROP NOT NULL;
            CREATE TEMP TABLE staged_lines (LIKE statement_lines, customer_number text NOT NULL, billing_month date NOT NULL)
                ON COMMIT DROP;
            ALTER TABLE staged_lines ALTER statement_key DROP NOT NULL
        """)

    async def stage_statements(self, rows: Iterable[Sequence[Any]]) -> None:
        """Copies rows of the columns `STAGED_STATEMENTS`."""
        await self._tx.copy_records_to_table("staged_statements", records=rows, columns=STAGED_STATEMENTS)

    async def stage_lines(self, rows: Iterable[Sequence[Any]]) -> None:
        """Copies rows of the columns `STAGED_LINES`."""
        await self._tx.copy_records_to_table("staged_lines", records=rows, columns=STAGED_LINES)

    async def find_staged(self) -> None:
        """Gives every staged statement that is known its key, and the fate `unchanged` until something says
        otherwise.
        """
        await self._tx.execute("""
            UPDATE staged_statements g SET statement_key = s.statement_key, fate = CASE WHEN
                (g.base_10_yen, g.tax_10_yen, g.base_8_yen, g.tax_8_yen, g.base_0_yen, g.amount_yen)
                = (s.base_10_yen, s.tax_10_yen, s.base_8_yen, s.tax_8_yen, s.base_0_yen, s.amount_yen) THEN 'unchanged' ELSE 'changed' END
            FROM statements s WHERE (s.customer_number, s.billing_month) = (g.customer_number, g.billing_month)
        """)

    async def mark_changed_lines(self) -> None:
        """A statement with any line more, less or different has the fate `changed`, even if its totals are
        the same.
        """
        await self._tx.execute("""
            UPDATE staged_statements SET fate = 'changed' WHERE fate = 'unchanged' AND statement_key IN (
                SELECT coalesce(old.statement_key, new.statement_key) FROM (
                    SELECT l.* FROM statement_lines l JOIN staged_statements USING (statement_key)
                ) old FULL JOIN (
                    SELECT g.statement_key, l.line_number, l.service, l.item, l.tax_rate_percent, l.amount_yen
                    FROM staged_lines l JOIN staged_statements g USING (customer_number, billing_month) WHERE g.statement_key IS NOT NULL
                ) new USING (statement_key, line_number)
                WHERE (old.service, old.item, old.tax_rate_percent, old.amount_yen)
                    IS DISTINCT FROM (new.service, new.item, new.tax_rate_percent, new.amount_yen)
            )
        """)

    async def count_staged(self) -> dict[str, int]:
        """Staged statements by fate."""
        rows = await self._tx.fetch(
            "SELECT fate, count(*) AS statements FROM staged_statements GROUP BY fate"
        )
        return {"added": 0, "changed": 0, "unchanged": 0} | {row["fate"]: row["statements"] for row in rows}

    async def save_staged(self) -> None:
        """Adds the new statements and writes the new totals of the changed ones; a statement keeps its key.
        """
        await self._tx.execute("""
            INSERT INTO statements (customer_number, billing_month, base_10_yen, tax_10_yen, base_8_yen, tax_8_yen, base_0_yen, amount_yen)
            SELECT customer_number, billing_month, base_10_yen, tax_10_yen, base_8_yen, tax_8_yen, base_0_yen, amount_yen
            FROM staged_statements WHERE fate <> 'unchanged'
            ON CONFLICT (customer_number, billing_month) DO UPDATE SET
                (base_10_yen, tax_10_yen, base_8_yen, tax_8_yen, base_0_yen, amount_yen) = ROW (excluded.base_10_yen,
                excluded.tax_10_yen, excluded.base_8_yen, excluded.tax_8_yen, excluded.base_0_yen, excluded.amount_yen)
        """)

    async def drop_changed_lines(self) -> None:
        """Deletes the lines of the statements that changed."""
        await self._tx.execute("""
            DELETE FROM statement_lines l USING staged_statements g WHERE l.statement_key = g.statement_key AND g.fate = 'changed'
        """)

    async def add_staged_lines(self) -> None:
        """Adds the lines of the statements that are new or changed."""
        await self._tx.execute("""
            INSERT INTO statement_lines (statement_key, line_number, service, item, tax_rate_percent, amount_yen)
            SELECT s.statement_key, l.line_number, l.service, l.item, l.tax_rate_percent, l.amount_yen
            FROM staged_lines l JOIN staged_statements g USING (customer_number, billing_month)
                JOIN statements s USING (customer_number, billing_month)
            WHERE g.fate <> 'unchanged'
        """)

    async def publish(self, months: Iterable[BillingMonth]) -> None:
        """Customers see these months from this commit on. A month that was published before keeps its day."""
        statement = (
            "INSERT INTO published_months (billing_month) SELECT unnest($1::date[]) ON CONFLICT DO NOTHING"
        )
        await self._tx.execute(statement, [month.first_day for month in months])

    async def sum_of_month(self, month: BillingMonth) -> tuple[int, int]:
        """How many statements the month has, and what they add up to in yen."""
        statement = "SELECT count(*) AS statements, coalesce(sum(amount_yen), 0)::bigint AS yen FROM statements WHERE billing_month = $1"
        [row] = await self._tx.fetch(statement, month.first_day)
        return row["statements"], row["yen"]

    async def record_import(self, imported_by: str, sha256s: tuple[str, str], counts: Sequence[int]) -> None:
        """The audit row of an import (C11). `counts`: statements, lines, added, changed, unchanged."""
        statement = """
            INSERT INTO imports (imported_by, statements_sha256, lines_sha256, read_statements, read_lines, added, changed, unchanged)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """
        await self._tx.execute(statement, imported_by, *sha256s, *counts)


def _rate_totals(row: Row) -> tuple[RateTotal, ...]:
    """One total for each rate at which anything was charged."""
    totals = (
        (10, row["base_10_yen"], row["tax_10_yen"]),
        (8, row["base_8_yen"], row["tax_8_yen"]),
        (0, row["base_0_yen"], 0),
    )
    return tuple(
        RateTotal(tax_rate_percent=rate, base_yen=base, consumption_tax_yen=tax)
        for rate, base, tax in totals
        if base or tax
    )
