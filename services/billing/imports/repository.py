"""All SQL of an import: rows are staged, compared with what is there, taken over, and published."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

from chassis.csv_import import RepeatedRow, TableRow
from chassis.database.batches import BATCH, affected
from chassis.database.db import Transaction
from chassis.database.large_results import each_row
from messages.values import BillingMonth
from services.billing.imports.domain import IMPORTS_KEPT_YEARS, Changes, StatementToCheck
from services.billing.statements.domain import StatementTotals

_OF_BOTH = ("line", "customer_number", "billing_month")
_TOTALS = ("base_10_yen", "tax_10_yen", "base_8_yen", "tax_8_yen", "base_0_yen", "amount_yen")
_STATEMENT_COLUMNS = (*_OF_BOTH, *_TOTALS)
_LINE_COLUMNS = (*_OF_BOTH, "line_number", "service", "item", "tax_rate_percent", "amount_yen")


async def begin_import(tx: Transaction) -> None:
    """Makes empty staging tables, of which each row knows its line in the file."""
    await tx.execute("""
        CREATE TEMP TABLE staged_statements (
            LIKE statements, line int NOT NULL, fate text NOT NULL DEFAULT 'added'
        ) ON COMMIT DROP;
        ALTER TABLE staged_statements ALTER statement_key DROP NOT NULL;
        CREATE TEMP TABLE staged_lines (
            LIKE statement_lines, line int NOT NULL, customer_number text NOT NULL,
            billing_month date NOT NULL
        ) ON COMMIT DROP;
        ALTER TABLE staged_lines ALTER statement_key DROP NOT NULL
    """)


async def stage_statements(tx: Transaction, rows: Iterable[TableRow]) -> None:
    """Copies statements beside the stored ones, as they come out of the file."""
    await tx.copy_records_to_table("staged_statements", records=_stored(rows), columns=_STATEMENT_COLUMNS)


async def stage_lines(tx: Transaction, rows: Iterable[TableRow]) -> None:
    """Copies lines beside the stored ones, as they come out of the file."""
    await tx.copy_records_to_table("staged_lines", records=_stored(rows), columns=_LINE_COLUMNS)


def _stored(rows: Iterable[TableRow]) -> Iterator[tuple[Any, ...]]:
    """With the month as the database keeps it."""
    for line, customer_number, month, *values in rows:
        yield (line, customer_number, month.first_day, *values)


async def sum_staged_lines(tx: Transaction) -> None:
    """Adds the lines of each statement up, by tax rate. Nothing may be staged after that."""
    await tx.execute("""
        CREATE TEMP TABLE staged_sums ON COMMIT DROP AS
        SELECT customer_number, billing_month,
            count(*) AS lines, count(DISTINCT line_number) AS line_numbers,
            coalesce(sum(amount_yen) FILTER (WHERE tax_rate_percent = 10), 0)::bigint AS sum_10,
            coalesce(sum(amount_yen) FILTER (WHERE tax_rate_percent = 8), 0)::bigint AS sum_8,
            coalesce(sum(amount_yen) FILTER (WHERE tax_rate_percent = 0), 0)::bigint AS sum_0,
            count(*) FILTER (WHERE tax_rate_percent = 10) AS lines_10,
            count(*) FILTER (WHERE tax_rate_percent = 8) AS lines_8
        FROM staged_lines GROUP BY customer_number, billing_month;
        ANALYZE staged_statements; ANALYZE staged_lines; ANALYZE staged_sums
    """)


async def repeated_statements(tx: Transaction) -> AsyncIterator[RepeatedRow]:
    """Statements of which an earlier row of the file is, too."""
    statement = """
        SELECT line, customer_number, first_line FROM (
            SELECT line, customer_number,
                min(line) OVER (PARTITION BY customer_number, billing_month) AS first_line
            FROM staged_statements
        ) AS row WHERE line > first_line ORDER BY line
    """
    async for row in each_row(tx, statement):
        yield RepeatedRow(row["line"], row["customer_number"], row["first_line"])


async def repeated_lines(tx: Transaction) -> AsyncIterator[RepeatedRow]:
    """Lines whose number an earlier row of the same statement has."""
    statement = """
        SELECT line, customer_number, first_line FROM (
            SELECT line, customer_number,
                min(line) OVER (PARTITION BY customer_number, billing_month, line_number) AS first_line
            FROM staged_lines JOIN staged_sums USING (customer_number, billing_month)
            WHERE lines > line_numbers
        ) AS row WHERE line > first_line ORDER BY line
    """
    async for row in each_row(tx, statement):
        yield RepeatedRow(row["line"], row["customer_number"], row["first_line"])


async def lines_without_statement(tx: Transaction) -> AsyncIterator[tuple[int, str]]:
    """Their line in the file, and whose they are."""
    statement = """
        SELECT l.line, customer_number FROM staged_lines AS l
        WHERE NOT EXISTS (
            SELECT FROM staged_statements AS s
            WHERE (s.customer_number, s.billing_month) = (l.customer_number, l.billing_month)
        ) ORDER BY l.line
    """
    async for row in each_row(tx, statement):
        yield row["line"], row["customer_number"]


async def statements_with_their_sums(tx: Transaction) -> AsyncIterator[StatementToCheck]:
    """All that are staged, in the order of the file."""
    statement = """
        SELECT s.line, billing_month, base_10_yen, tax_10_yen, base_8_yen, tax_8_yen, base_0_yen, amount_yen,
            coalesce(sum_10, 0) AS sum_10, coalesce(sum_8, 0) AS sum_8, coalesce(sum_0, 0) AS sum_0,
            coalesce(lines_10, 0) AS lines_10, coalesce(lines_8, 0) AS lines_8
        FROM staged_statements AS s LEFT JOIN staged_sums USING (customer_number, billing_month)
        ORDER BY s.line
    """
    async for row in each_row(tx, statement):
        yield StatementToCheck(
            line=row["line"],
            billing_month=BillingMonth.from_date(row["billing_month"]),
            totals=StatementTotals(
                bases={10: row["base_10_yen"], 8: row["base_8_yen"], 0: row["base_0_yen"]},
                taxes={10: row["tax_10_yen"], 8: row["tax_8_yen"]},
                amount_yen=row["amount_yen"],
            ),
            line_sums={10: row["sum_10"], 8: row["sum_8"], 0: row["sum_0"]},
            line_counts={10: row["lines_10"], 8: row["lines_8"]},
        )


async def staged_months(tx: Transaction) -> list[BillingMonth]:
    """The months of the file, in their order."""
    rows = await tx.fetch("SELECT DISTINCT billing_month FROM staged_statements ORDER BY billing_month")
    return [BillingMonth.from_date(row["billing_month"]) for row in rows]


async def staged_rows(tx: Transaction) -> tuple[int, int]:
    """How many statements and how many lines."""
    statements = await tx.fetchval("SELECT count(*) FROM staged_statements")
    return statements, await tx.fetchval("SELECT count(*) FROM staged_lines")


async def find_staged(tx: Transaction) -> None:
    """Gives every staged statement that is known its key, and the fate `unchanged` until something says
    otherwise. The planner counts anew: a table that it takes for empty it would join by looking at every
    staged row once for each stored one.
    """
    await tx.execute("""
        ANALYZE statements, statement_lines;
        UPDATE staged_statements g SET statement_key = s.statement_key, fate = CASE
            WHEN (g.base_10_yen, g.tax_10_yen, g.base_8_yen, g.tax_8_yen, g.base_0_yen, g.amount_yen)
                = (s.base_10_yen, s.tax_10_yen, s.base_8_yen, s.tax_8_yen, s.base_0_yen, s.amount_yen)
            THEN 'unchanged' ELSE 'changed' END
        FROM statements s WHERE (s.customer_number, s.billing_month) = (g.customer_number, g.billing_month);
        ANALYZE staged_statements  -- else the planner takes every key for NULL, as it was before
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


async def keep_shown(tx: Transaction) -> None:
    """What the changed statements said when customers saw them last is kept, before it is replaced (C13)."""
    await tx.execute("""
        UPDATE issued_statements i SET kept_content = c.content
        FROM staged_statements g JOIN statement_contents c USING (statement_key)
        WHERE g.fate = 'changed' AND i.kept_content IS NULL
            AND (i.billing_month, i.customer_number) = (g.billing_month, g.customer_number)
    """)


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


async def replace_lines(tx: Transaction) -> None:
    """Adds the lines of the statements that are new or changed, in the place of those that were there."""
    await tx.execute("""
        DELETE FROM statement_lines l USING staged_statements g
        WHERE l.statement_key = g.statement_key AND g.fate = 'changed';
        INSERT INTO statement_lines (statement_key, line_number, service, item, tax_rate_percent, amount_yen)
        SELECT s.statement_key, l.line_number, l.service, l.item, l.tax_rate_percent, l.amount_yen
        FROM staged_lines l JOIN staged_statements g USING (customer_number, billing_month)
            JOIN statements s USING (customer_number, billing_month)
        WHERE g.fate <> 'unchanged'
    """)


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
