"""All SQL of the mails about published months."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.database.batches import BATCH, affected
from chassis.database.db import Transaction
from messages.values import BillingMonth
from services.billing.notices.domain import NOTICES_KEPT_MONTHS, AnnouncedMonth, Candidate, Subscriber

_BEFORE_ALL = UUID(int=0)


async def find_with_amount(tx: Transaction, account_key: UUID) -> bool | None:
    """What the subscriber wants; None for who is none."""
    statement = "SELECT with_amount FROM bill_notice_subscribers WHERE account_key = $1"
    found: bool | None = await tx.fetchval(statement, account_key)
    return found


async def subscribe(tx: Transaction, subscriber: Subscriber) -> None:
    """From now on told. Whoever was a subscriber before remains one since then."""
    statement = """
        INSERT INTO bill_notice_subscribers
            (account_key, contract_key, customer_number, charges_from, with_amount)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (account_key) DO UPDATE SET
            (contract_key, customer_number, charges_from, with_amount)
            = ROW (excluded.contract_key, excluded.customer_number, excluded.charges_from,
                excluded.with_amount)
    """
    await tx.execute(
        statement,
        subscriber.account_key,
        subscriber.contract_key,
        subscriber.customer_number,
        subscriber.charges_from.first_day,
        subscriber.with_amount,
    )


async def unsubscribe(tx: Transaction, account_key: UUID) -> None:
    """No longer told; a second time nothing happens."""
    await tx.execute("DELETE FROM bill_notice_subscribers WHERE account_key = $1", account_key)


async def find_account_of_link(tx: Transaction, stop_token_hash: str) -> UUID | None:
    """Whose mail had that link; None for a link that no mail of the last months had."""
    statement = "SELECT account_key FROM bill_notices WHERE stop_token_hash = $1"
    found: UUID | None = await tx.fetchval(statement, stop_token_hash)
    return found


async def unsubscribe_contract(tx: Transaction, contract_key: UUID) -> None:
    """The holders of that contract are no longer told."""
    await tx.execute("DELETE FROM bill_notice_subscribers WHERE contract_key = $1", contract_key)


async def forget_account(tx: Transaction, account_key: UUID) -> None:
    """Nothing is left of its choice and of what it was told."""
    await tx.execute("DELETE FROM bill_notice_subscribers WHERE account_key = $1", account_key)
    await tx.execute("DELETE FROM bill_notices WHERE account_key = $1", account_key)


async def claim_month(tx: Transaction) -> AnnouncedMonth | None:
    """A published month of which some customers have not been told, the newest first; nobody else gets it
    until the transaction ends. It stays published until then.
    """
    statement = """
        SELECT billing_month, published_at, announced_to,
            (SELECT max(billing_month) FROM published_months) AS newest
        FROM published_months WHERE announced_at IS NULL
        ORDER BY billing_month DESC LIMIT 1 FOR UPDATE SKIP LOCKED
    """
    row = await tx.fetchrow(statement)
    if row is None:
        return None
    return AnnouncedMonth(
        month=BillingMonth.from_date(row["billing_month"]),
        published_at=row["published_at"],
        newest=BillingMonth.from_date(row["newest"]),
        told_to=row["announced_to"],
    )


async def next_candidates(tx: Transaction, announced: AnnouncedMonth, at_most: int) -> Sequence[Candidate]:
    """The subscribers who come after those that were told, with their statements of the month."""
    statement = """
        SELECT next.*, s.amount_yen, told IS NOT NULL AS was_told
        FROM (
            SELECT account_key, customer_number, charges_from, with_amount, since
            FROM bill_notice_subscribers WHERE account_key > $1 ORDER BY account_key LIMIT $3
        ) AS next
            LEFT JOIN statements s ON s.customer_number = next.customer_number AND s.billing_month = $2
            LEFT JOIN LATERAL (  -- one by one: to hash them all would read as many as were ever given
                SELECT notice_key FROM bill_notices n
                WHERE n.account_key = next.account_key AND n.billing_month = $2 LIMIT 1
            ) AS told ON true
        ORDER BY next.account_key
    """
    told_to = announced.told_to or _BEFORE_ALL
    return [
        Candidate(
            account_key=row["account_key"],
            charges_from=BillingMonth.from_date(row["charges_from"]),
            with_amount=row["with_amount"],
            since=row["since"],
            amount_yen=row["amount_yen"],
            was_told=row["was_told"],
        )
        for row in await tx.fetch(statement, told_to, announced.month.first_day, at_most)
    ]


async def add_notice(
    tx: Transaction, account_key: UUID, month: BillingMonth, *, notice_key: UUID, stop_token_hash: str
) -> None:
    """He is told of the month, in this very transaction."""
    statement = """
        INSERT INTO bill_notices (account_key, billing_month, notice_key, stop_token_hash)
        VALUES ($1, $2, $3, $4)
    """
    await tx.execute(statement, account_key, month.first_day, notice_key, stop_token_hash)


async def note_told_to(tx: Transaction, month: BillingMonth, account_key: UUID) -> None:
    """All up to that account were told, or are not to be."""
    statement = "UPDATE published_months SET announced_to = $2 WHERE billing_month = $1"
    await tx.execute(statement, month.first_day, account_key)


async def note_all_told(tx: Transaction, month: BillingMonth) -> None:
    """There is nobody left to tell of that month."""
    statement = "UPDATE published_months SET announced_at = now() WHERE billing_month = $1"
    await tx.execute(statement, month.first_day)


async def forget_old_notices(tx: Transaction) -> int:
    """Deletes a batch of those that were given so long ago, and their links with them; returns how many."""
    statement = """
        DELETE FROM bill_notices WHERE (account_key, billing_month) IN (
            SELECT account_key, billing_month FROM bill_notices
            WHERE given_at < now() - make_interval(months => $1) LIMIT $2 FOR UPDATE SKIP LOCKED
        )
    """
    return affected(await tx.execute(statement, NOTICES_KEPT_MONTHS, BATCH))
