"""All SQL of an import: rows are staged, compared with what is there, taken over, and published."""

from __future__ import annotations

from collections.abc import Iterable

from chassis.database.batches import BATCH, affected
from chassis.database.db import Transaction
from messages.values import BillingMonth
from services.billing.imports.domain import IMPORTS_KEPT_YEARS, Changes, ImportedLine, ImportedStatement

_STATEMENT_COLUMNS = (
    "customer_number",
    "billing_month",
    "base_10_yen",
    "tax_10_yen",
    "base_8_yen",
    "tax_8_yen",
    "base_0_yen",
    "amount_yen",
)
_LINE_COLUMNS = (
    "customer_number",
    "billing_month",
    "line_number",
    "service",
    "item",
    "tax_rate_percent",
    "amount_yen",
)


async def begin_import(tx: Transaction) -> None:
    """One import at a time; customers go on reading meanwhile. Makes empty staging tables."""
    await tx.execute("""
        LOCK TABLE statements IN SHARE ROW EXCLUSIVE MODE;
        CREATE TEMP TABLE staged_statements (LIKE statements, fate text NOT NULL DEFAULT 'added')
            ON COMMIT DROP;
        ALTER TABLE staged_statements ALTER statement_key DROP NOT NULL;
        CREATE TEMP TABLE staged_lines (
            LIKE statement_lines, customer_number text NOT NULL, billing_month date NOT NULL
        ) ON COMMIT DROP;
        ALTER TABLE staged_lines ALTER statement_key DROP NOT NULL
    """)


async def stage_statements(tx: Transaction, statements: Iterable[ImportedStatement]) -> None:
    """Copies statements beside the stored ones."""
    rows = (
        (
            each.customer_number,
            each.billing_month.first_day,
            each.totals.bases[10],
            each.totals.taxes[10],
            each.totals.bases[8],
            each.totals.taxes[8],
            each.totals.bases[0],
            each.totals.amount_yen,
        )
        for each in statements
    )
    await tx.copy_records_to_table("staged_statements", records=rows, columns=_STATEMENT_COLUMNS)


async def stage_lines(tx: Transaction, lines: Iterable[ImportedLine]) -> None:
    """Copies lines beside the stored ones."""
    rows = (
        (
            each.customer_number,
            each.billing_month.first_day,
            each.line_number,
            each.line.service,
            each.line.item,
            each.line.tax_rate_percent,
            each.line.amount_yen,
        )
        for each in lines
    )
    await tx.copy_records_to_table("staged_lines", records=rows, columns=_LINE_COLUMNS)


async def find_staged(tx: Transaction) -> None:
    """Gives every staged statement that is known its key, and the fate `unchanged` until something says
    otherwise.
    """
    await tx.execute("""
        UPDATE staged_statements g SET statement_key = s.statement_key, fate = CASE
            WHEN (g.base_10_yen, g.tax_10_yen, g.base_8_yen, g.tax_8_yen, g.base_0_yen, g.amount_yen)
                = (s.base_10_yen, s.tax_10_yen, s.base_8_yen, s.tax_8_yen, s.base_0_yen, s.amount_yen)
            THEN 'unchanged' ELSE 'changed' END
        FROM statements s WHERE (s.customer_number, s.billing_month) = (g.customer_number, g.billing_month)
    """)


async def mark_changed_lines(tx: Transaction) -> None:
    """A statement with any line more, less or different has the fate `changed`, even if its totals are
    the same.
    """
    await tx.execute("""
        UPDATE staged_statements SET fate = 'changed' WHERE fate = 'unchanged' AND statement_key IN (
            SELECT coalesce(old.statement_key, new.statement_key) FROM (
                SELECT l.* FROM statement_lines l JOIN staged_statements USING (statement_key)
            ) old FULL JOIN (
                SELECT g.statement_key, l.line_number, l.service, l.item, l.tax_rate_percent, l.amount_yen
                FROM staged_lines l JOIN staged_statements g USING (customer_number, billing_month)
                WHERE g.statement_key IS NOT NULL
            ) new USING (statement_key, line_number)
            WHERE (old.service, old.item, old.tax_rate_percent, old.amount_yen)
                IS DISTINCT FROM (new.service, new.item, new.tax_rate_percent, new.amount_yen)
        )
    """)


async def count_staged(tx: Transaction) -> Changes:
    """Staged statements by fate."""
    rows = await tx.fetch("SELECT fate, count(*) AS statements FROM staged_statements GROUP BY fate")
    return Changes(**{row["fate"]: row["statements"] for row in rows})


async def save_staged(tx: Transaction) -> None:
    """Adds the new statements and writes the new totals of the changed ones; a statement keeps its key."""
    await tx.execute("""
        INSERT INTO statements (
            customer_number, billing_month,
            base_10_yen, tax_10_yen, base_8_yen, tax_8_yen, base_0_yen, amount_yen
        )
        SELECT customer_number, billing_month,
            base_10_yen, tax_10_yen, base_8_yen, tax_8_yen, base_0_yen, amount_yen
        FROM staged_statements WHERE fate <> 'unchanged'
        ON CONFLICT (customer_number, billing_month) DO UPDATE SET
            (base_10_yen, tax_10_yen, base_8_yen, tax_8_yen, base_0_yen, amount_yen) = ROW (
                excluded.base_10_yen, excluded.tax_10_yen, excluded.base_8_yen, excluded.tax_8_yen,
                excluded.base_0_yen, excluded.amount_yen
            )
    """)


async def drop_changed_lines(tx: Transaction) -> None:
    """Deletes the lines of the statements that changed."""
    await tx.execute("""
        DELETE FROM statement_lines l USING staged_statements g
        WHERE l.statement_key = g.statement_key AND g.fate = 'changed'
    """)


async def add_staged_lines(tx: Transaction) -> None:
    """Adds the lines of the statements that are new or changed."""
    await tx.execute("""
        INSERT INTO statement_lines (statement_key, line_number, service, item, tax_rate_percent, amount_yen)
        SELECT s.statement_key, l.line_number, l.service, l.item, l.tax_rate_percent, l.amount_yen
        FROM staged_lines l JOIN staged_statements g USING (customer_number, billing_month)
            JOIN statements s USING (customer_number, billing_month)
        WHERE g.fate <> 'unchanged'
    """)


async def publish(tx: Transaction, months: Iterable[BillingMonth]) -> None:
    """Customers see these months from this commit on. A month that was published before keeps its day."""
    statement = (
        "INSERT INTO published_months (billing_month) SELECT unnest($1::date[]) ON CONFLICT DO NOTHING"
    )
    await tx.execute(statement, [month.first_day for month in months])


async def sum_of_month(tx: Transaction, month: BillingMonth) -> tuple[int, int]:
    """How many statements the month has, and what they add up to in yen."""
    statement = """
        SELECT count(*) AS statements, coalesce(sum(amount_yen), 0)::bigint AS yen
        FROM statements WHERE billing_month = $1
    """
    [row] = await tx.fetch(statement, month.first_day)
    return row["statements"], row["yen"]


async def record_import(
    tx: Transaction, imported_by: str, sha256s: tuple[str, str], read: tuple[int, int], changes: Changes
) -> None:
    """The audit row of an import (C11). `sha256s` and `read`: of the statements and of the lines."""
    statement = """
        INSERT INTO imports (
            imported_by, statements_sha256, lines_sha256, read_statements, read_lines,
            added, changed, unchanged
        )
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    """
    counts = (changes.added, changes.changed, changes.unchanged)
    await tx.execute(statement, imported_by, *sha256s, *read, *counts)


async def forget_old_imports(tx: Transaction) -> int:
    """Deletes a batch of audits that are old enough to go; returns how many."""
    statement = """
        DELETE FROM imports WHERE id IN (
            SELECT id FROM imports WHERE imported_at < now() - make_interval(years => $1) LIMIT $2
        )
    """
    return affected(await tx.execute(statement, IMPORTS_KEPT_YEARS, BATCH))
