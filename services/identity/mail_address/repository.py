"""All SQL of mail addresses, how they change and whether mails arrive, one function per statement. Times are
the database's; every function works inside the caller's transaction.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from chassis.database.batches import BATCH, affected
from chassis.database.db import Row, Transaction
from messages.values import EmailAddress
from services.identity.mail_address.domain import CHANGES_KEPT, AddressChange


def _change(row: Row) -> AddressChange:
    old = row["old_address"]
    return AddressChange(
        change_key=row["change_key"],
        account_key=row["account_key"],
        new_address=EmailAddress.stored(row["new_address"]),
        old_address=EmailAddress.stored(old) if old else None,
        asked_at=row["asked_at"],
        cancelled_at=row["cancelled_at"],
        changed_at=row["changed_at"],
        undone_at=row["undone_at"],
    )


async def add_change(
    tx: Transaction, change_key: UUID, account_key: UUID, new_address: EmailAddress, link_token_hash: str
) -> AddressChange:
    """Begins one; it is asked for at the instant of the transaction."""
    statement = """
        INSERT INTO address_changes (change_key, account_key, new_address, link_token_hash)
        VALUES ($1, $2, $3, $4) RETURNING *
    """
    [row] = await tx.fetch(statement, change_key, account_key, new_address, link_token_hash)
    return _change(row)


async def cancel_changes(tx: Transaction, account_key: UUID) -> None:
    """What was asked for and not made yet is over: a newer one was asked for, or the account's owner had
    reason to doubt.
    """
    statement = """
        UPDATE address_changes SET cancelled_at = now()
        WHERE account_key = $1 AND changed_at IS NULL AND cancelled_at IS NULL
    """
    await tx.execute(statement, account_key)


async def find_change_of_key(tx: Transaction, change_key: UUID) -> AddressChange | None:
    """The change that a form asked for."""
    row = await tx.fetchrow("SELECT * FROM address_changes WHERE change_key = $1", change_key)
    return _change(row) if row else None


async def find_change(tx: Transaction, link_token_hash: str) -> AddressChange | None:
    """The change of that link. It is the account's lock that keeps it as it is."""
    row = await tx.fetchrow("SELECT * FROM address_changes WHERE link_token_hash = $1", link_token_hash)
    return _change(row) if row else None


async def find_change_to_undo(tx: Transaction, undo_token_hash: str) -> AddressChange | None:
    """The change which that link takes back; its account is locked first, as wherever it is changed."""
    locked = """
        SELECT FROM accounts WHERE account_key =
            (SELECT account_key FROM address_changes WHERE undo_token_hash = $1) FOR UPDATE
    """
    await tx.execute(locked, undo_token_hash)
    row = await tx.fetchrow("SELECT * FROM address_changes WHERE undo_token_hash = $1", undo_token_hash)
    return _change(row) if row else None


async def make_change(tx: Transaction, change: AddressChange, undo_token_hash: str) -> EmailAddress | None:
    """The account's address becomes the new one, which mails are known to reach; returns the old one. None
    when the account was closed.
    """
    statement = """
        WITH was AS (
            SELECT account_key, email_address FROM accounts
            WHERE account_key = $2 AND closed_at IS NULL
        ), made AS (
            UPDATE accounts a SET email_address = $3, mail_bounced_at = NULL, mail_trusted_at = now()
            FROM was WHERE a.account_key = was.account_key
        )
        UPDATE address_changes SET changed_at = now(), undo_token_hash = $4, old_address = was.email_address
        FROM was WHERE change_key = $1 RETURNING was.email_address
    """
    values = (change.change_key, change.account_key, change.new_address, undo_token_hash)
    old: str | None = await tx.fetchval(statement, *values)
    return EmailAddress.stored(old) if old else None


async def undo_change(tx: Transaction, change: AddressChange, address: EmailAddress) -> None:
    """The address of a living account is the old one again. This change and every later one of the account is
    over: whoever owns a later address cannot take it back to that.
    """
    statement = """
        WITH over AS (
            UPDATE address_changes SET undone_at = coalesce(undone_at, now()),
                cancelled_at = coalesce(cancelled_at, now())
            WHERE account_key = $1 AND asked_at >= $2
        )
        UPDATE accounts SET email_address = $3, mail_bounced_at = NULL, mail_trusted_at = now()
        WHERE account_key = $1
    """
    await tx.execute(statement, change.account_key, change.asked_at, address)


async def forget_old_changes(tx: Transaction) -> int:
    """Deletes a batch of those of which nothing can come any more; returns how many."""
    statement = """
        DELETE FROM address_changes WHERE change_key IN (
            SELECT change_key FROM address_changes WHERE asked_at < now() - $1::interval
            LIMIT $2 FOR UPDATE SKIP LOCKED
        )
    """
    return affected(await tx.execute(statement, CHANGES_KEPT, BATCH))


async def mark_mail_bounced(tx: Transaction, account_key: UUID, *, left_at: datetime | None) -> None:
    """Of a living account, unless the desk found since `left_at` that mails arrive."""
    statement = """
        UPDATE accounts SET mail_bounced_at = coalesce(mail_bounced_at, now())
        WHERE account_key = $1 AND closed_at IS NULL
            AND (mail_trusted_at IS NULL OR mail_trusted_at < coalesce($2, now()))
    """
    await tx.execute(statement, account_key, left_at)


async def clear_mail_bounce(tx: Transaction, account_key: UUID) -> bool:
    """Takes the mark off a living account. Whether there was one."""
    statement = """
        UPDATE accounts SET mail_bounced_at = NULL, mail_trusted_at = now()
        WHERE account_key = $1 AND mail_bounced_at IS NOT NULL AND closed_at IS NULL RETURNING true
    """
    return bool(await tx.fetchval(statement, account_key))
