"""All SQL of published months, and of the revisions of their statements that customers saw (C13)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from chassis.database.batches import BATCH, affected
from chassis.database.db import Row, Transaction
from messages.japan import JAPAN_IN_SQL
from messages.values import BillingMonth, CustomerNumber
from services.billing.publication.domain import Disagreement, Fault, altered_lines
from services.billing.statements.domain import STATEMENTS_KEPT_YEARS


async def lock_statements(tx: Transaction) -> None:
    """From here on nobody else imports, publishes or unpublishes; customers go on reading."""
    await tx.execute("LOCK TABLE statements IN SHARE ROW EXCLUSIVE MODE")


async def sum_of_month(tx: Transaction, month: BillingMonth) -> tuple[int, int]:
    """How many statements the month has, and what they add up to in yen."""
    statement = """
        SELECT count(*) AS statements, coalesce(sum(amount_yen), 0)::bigint AS yen
        FROM statements WHERE billing_month = $1
    """
    [row] = await tx.fetch(statement, month.first_day)
    return row["statements"], row["yen"]


async def publish(tx: Transaction, months: Iterable[BillingMonth], done_by: str) -> None:
    """Customers see these months from this commit on. A month that they see already stays as it is."""
    statement = """
        WITH published AS (
            INSERT INTO published_months (billing_month) SELECT unnest($1::date[])
            ON CONFLICT DO NOTHING RETURNING billing_month
        )
        INSERT INTO publication_actions (done_by, action, billing_month)
        SELECT $2, 'published', billing_month FROM published
    """
    await tx.execute(statement, [month.first_day for month in months], done_by)


async def unpublish(tx: Transaction, month: BillingMonth, done_by: str, reason: str) -> bool:
    """Customers see the month no more from this commit on. False if they do not see it now."""
    statement = """
        WITH hidden AS (DELETE FROM published_months WHERE billing_month = $1 RETURNING billing_month)
        INSERT INTO publication_actions (done_by, action, billing_month, reason)
        SELECT $2, 'unpublished', billing_month, $3 FROM hidden
    """
    return affected(await tx.execute(statement, month.first_day, done_by, reason)) == 1


async def are_published(tx: Transaction, months: Collection[BillingMonth]) -> bool:
    """Whether customers see all of these months."""
    statement = "SELECT count(*) FROM published_months WHERE billing_month = ANY ($1::date[])"
    found: int = await tx.fetchval(statement, [month.first_day for month in months])
    return found == len(months)


async def months_ever_shown(tx: Transaction, months: Iterable[BillingMonth]) -> list[BillingMonth]:
    """Those of which customers see a statement, or once saw one."""
    statement = """
        SELECT month FROM unnest($1::date[]) AS month
        WHERE EXISTS (SELECT FROM published_months WHERE billing_month = month)
            OR EXISTS (SELECT FROM issued_statements WHERE billing_month = month)
    """
    rows = await tx.fetch(statement, [month.first_day for month in months])
    return [BillingMonth.from_date(row["month"]) for row in rows]


_ISSUE = """
    WITH due AS MATERIALIZED (
        SELECT s.statement_key, coalesce(newest.revision, 0) + 1 AS next_revision,
            CASE WHEN newest.revision IS NULL AND NOT $2 THEN published_at ELSE now() END AS next_at,
            newest.*
        FROM statements s JOIN published_months USING (billing_month)
            LEFT JOIN LATERAL (
                SELECT revision, issued_at, digest, kept_content FROM issued_statements i
                WHERE (i.billing_month, i.customer_number) = (s.billing_month, s.customer_number)
                ORDER BY revision DESC LIMIT 1
            ) AS newest ON true
        WHERE s.billing_month = ANY ($1::date[])
            AND (newest.revision IS NULL OR newest.kept_content IS NOT NULL)
    ), issued AS (
        INSERT INTO issued_statements (
            billing_month, customer_number, revision, issued_at, digest, line_checks
        )
        SELECT billing_month, customer_number, next_revision, next_at,
            statement_digest(content, next_revision, next_at), line_checks
        FROM due JOIN statement_contents USING (statement_key)
        WHERE revision IS NULL OR digest <> statement_digest(content, revision, issued_at)
        RETURNING revision
    )
    SELECT count(*) FROM issued WHERE revision > 1
"""


async def issue(tx: Transaction, months: Iterable[BillingMonth], *, late: bool) -> int:
    """Records a revision of each statement that customers see from this commit on, in those of these months
    that are published; returns how many correct an earlier one. A statement gets a revision when it has
    none, or when an import replaced its newest one by something else. What was altered in any other way gets
    none: `mypage charges verify` is to find it.

    `late`: statements without a revision came just now; else they are seen since their month was published.
    """
    corrected: int = await tx.fetchval(_ISSUE, [month.first_day for month in months], late)
    return corrected


async def months_to_verify(tx: Transaction) -> list[BillingMonth]:
    """All that customers see or saw, as long as statements are kept."""
    statement = """
        SELECT billing_month FROM (
            SELECT billing_month FROM published_months UNION SELECT billing_month FROM publication_actions
            UNION SELECT billing_month FROM issued_statements
        ) AS month
        WHERE billing_month >= date_trunc('month', now() AT TIME ZONE $1) - make_interval(years => $2)
        ORDER BY billing_month
    """
    rows = await tx.fetch(statement, JAPAN_IN_SQL, STATEMENTS_KEPT_YEARS)
    return [BillingMonth.from_date(row["billing_month"]) for row in rows]


async def count_revisions(tx: Transaction, months: Iterable[BillingMonth]) -> int:
    """How many statements of these months were shown, each revision counted."""
    statement = "SELECT count(*) FROM issued_statements WHERE billing_month = ANY ($1::date[])"
    found: int = await tx.fetchval(statement, [month.first_day for month in months])
    return found


async def publication_is_as_recorded(tx: Transaction, month: BillingMonth) -> bool:
    """Whether customers see the month if that was the operator's last word. Of a month that was published
    before words were recorded, its revisions tell.
    """
    statement = """
        SELECT EXISTS (SELECT FROM published_months WHERE billing_month = $1) = coalesce(
            (SELECT action = 'published' FROM publication_actions
                WHERE billing_month = $1 ORDER BY id DESC LIMIT 1),
            EXISTS (SELECT FROM issued_statements WHERE billing_month = $1)
        )
    """
    found: bool = await tx.fetchval(statement, month.first_day)
    return found


async def altered_statements(
    tx: Transaction, month: BillingMonth, at_most: int
) -> tuple[list[Disagreement], int]:
    """Statements of the month that are not what customers were shown last; and how many there are, which may
    be more. While the month is not published an import may have replaced them, if it kept what it replaced.
    """
    statement = """
        WITH newest AS (
            SELECT DISTINCT ON (customer_number) * FROM issued_statements
            WHERE billing_month = $1 ORDER BY customer_number, revision DESC
        ), present AS (
            SELECT customer_number, content, line_checks FROM statement_contents WHERE billing_month = $1
        )
        SELECT customer_number, revision, content IS NULL AS is_gone,
            newest.line_checks AS issued_checks, present.line_checks AS present_checks,
            count(*) OVER () AS statements
        FROM newest FULL JOIN present USING (customer_number)
        WHERE CASE WHEN EXISTS (SELECT FROM published_months WHERE billing_month = $1)
            THEN digest IS DISTINCT FROM statement_digest(content, revision, issued_at)
                OR revision IS NULL
            ELSE digest NOT IN (
                coalesce(statement_digest(content, revision, issued_at), ''),
                coalesce(statement_digest(kept_content, revision, issued_at), '')
            ) END
        ORDER BY customer_number LIMIT $2
    """
    rows = await tx.fetch(statement, month.first_day, at_most)
    return [_altered(row, month) for row in rows], rows[0]["statements"] if rows else 0


def _altered(row: Row, month: BillingMonth) -> Disagreement:
    number = CustomerNumber.stored(row["customer_number"])
    if row["revision"] is None:
        return Disagreement(month, Fault.UNRECORDED, number)
    if row["is_gone"]:
        return Disagreement(month, Fault.GONE, number, row["revision"])
    lines = altered_lines(row["issued_checks"], row["present_checks"])
    return Disagreement(month, Fault.ALTERED, number, row["revision"], lines)


async def altered_revisions(
    tx: Transaction, month: BillingMonth, at_most: int
) -> tuple[list[Disagreement], int]:
    """Earlier revisions whose content, number or moment is not what it was, or that are gone; and how many
    there are, which may be more.
    """
    statement = """
        SELECT customer_number, revision, count(*) OVER () AS revisions FROM (
            SELECT *, row_number() OVER of_customer AS place, lead(revision) OVER of_customer AS next
            FROM issued_statements WHERE billing_month = $1
            WINDOW of_customer AS (PARTITION BY customer_number ORDER BY revision)
        ) AS issued
        WHERE revision <> place OR next IS NOT NULL
            AND digest IS DISTINCT FROM statement_digest(kept_content, revision, issued_at)
        ORDER BY customer_number, revision LIMIT $2
    """
    rows = await tx.fetch(statement, month.first_day, at_most)
    found = [
        Disagreement(month, Fault.HISTORY, CustomerNumber.stored(row["customer_number"]), row["revision"])
        for row in rows
    ]
    return found, rows[0]["revisions"] if rows else 0


async def forget_old_revisions(tx: Transaction) -> int:
    """Deletes a batch of revisions of months that are as long ago as statements that go; returns how many."""
    statement = """
        DELETE FROM issued_statements WHERE ctid = ANY (ARRAY (
            SELECT ctid FROM issued_statements
            WHERE billing_month < date_trunc('month', now() AT TIME ZONE $1) - make_interval(years => $2)
            LIMIT $3 FOR UPDATE SKIP LOCKED
        ))
    """
    return affected(await tx.execute(statement, JAPAN_IN_SQL, STATEMENTS_KEPT_YEARS, BATCH))
