"""All SQL of recovery, one function per statement. Times are the database's; every function works inside the
caller's transaction.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from chassis.database.batches import BATCH, affected
from chassis.database.db import Row, Transaction
from messages.values import AccountId, CustomerNumber, EmailAddress, Nickname
from services.identity.recovery.domain import IDS_IN_A_LETTER, RESETS_KEPT, PasswordReset, Recoverable


def _recoverable(row: Row) -> Recoverable:
    return Recoverable(
        account_key=row["account_key"],
        account_id=AccountId.stored(row["account_id_as_typed"]),
        email_address=EmailAddress.stored(row["email_address"]),
        nickname=Nickname.stored(row["nickname"]),
        password_hash=row["password_hash"],
        numbers=(row["customer_number"], *row["phone_numbers"]),
        is_frozen=row["frozen_at"] is not None,
    )


async def find_account(
    tx: Transaction, folded_id: str, customer_number: CustomerNumber | None, address: EmailAddress
) -> Recoverable | None:
    """The account of that address which is called so. Where an ID looks like another's customer number, the
    ID counts; of a number's holders the present one.
    """
    statement = """
        SELECT a.*, c.customer_number, c.phone_numbers FROM accounts a JOIN contracts c USING (contract_key)
        WHERE lower(a.email_address) = $1 AND (a.account_id_folded = $2 OR c.customer_number = $3)
        ORDER BY a.account_id_folded = $2 DESC, c.replaced_at IS NULL DESC LIMIT 1
    """
    row = await tx.fetchrow(statement, address.folded, folded_id, customer_number)
    return _recoverable(row) if row else None


async def list_account_ids(
    tx: Transaction, address: EmailAddress
) -> tuple[list[AccountId], EmailAddress | None]:
    """The IDs of the accounts of that address, oldest first, and the address as the newest has it."""
    statement = """
        SELECT account_id_as_typed, email_address FROM accounts WHERE lower(email_address) = $1
        ORDER BY created_at, account_id_folded LIMIT $2
    """
    rows = await tx.fetch(statement, address.folded, IDS_IN_A_LETTER)
    account_ids = [AccountId.stored(row["account_id_as_typed"]) for row in rows]
    return account_ids, EmailAddress.stored(rows[-1]["email_address"]) if rows else None


async def add_reset(
    tx: Transaction, reset_key: UUID, account_key: UUID | None, *, reset_token_hash: str, sent_to: str
) -> datetime | None:
    """A link for that account, and when it was asked for. None without an account, for one that is frozen or
    closed, or if that key has a link: the statement is the same (X37).
    """
    statement = """
        INSERT INTO password_resets (reset_key, account_key, reset_token_hash, sent_to)
        SELECT $1, account_key, $3, $4 FROM accounts
        WHERE account_key = $2 AND frozen_at IS NULL AND closed_at IS NULL
        ON CONFLICT DO NOTHING RETURNING asked_at
    """
    asked_at: datetime | None = await tx.fetchval(
        statement, reset_key, account_key, reset_token_hash, sent_to
    )
    return asked_at


async def find_reset(tx: Transaction, reset_token_hash: str) -> tuple[datetime, PasswordReset] | None:
    """This instant, and the link with that token, alive or not."""
    statement = """
        SELECT now() AS at, a.*, c.customer_number, c.phone_numbers, r.asked_at, r.ended_at,
            r.used_by, r.sent_to,
            (SELECT max(asked_at) FROM password_resets n WHERE n.account_key = r.account_key) AS newest
        FROM password_resets r
            LEFT JOIN accounts a ON a.account_key = r.account_key
            LEFT JOIN contracts c ON c.contract_key = a.contract_key
        WHERE r.reset_token_hash = $1
    """
    row = await tx.fetchrow(statement, reset_token_hash)
    if row is None:
        return None
    return row["at"], PasswordReset(
        account=_recoverable(row) if row["closed_at"] is None else None,
        asked_at=row["asked_at"],
        newest_asked_at=row["newest"],
        sent_to=row["sent_to"],
        ended_at=row["ended_at"],
        used_by=row["used_by"],
    )


async def lock_account_of(tx: Transaction, reset_token_hash: str) -> None:
    """Whoever changes that account, or its links, comes after this transaction; what is read after this is
    true until its end.
    """
    statement = """
        SELECT FROM accounts WHERE account_key =
            (SELECT account_key FROM password_resets WHERE reset_token_hash = $1) FOR UPDATE
    """
    await tx.execute(statement, reset_token_hash)


async def use_reset(tx: Transaction, account_key: UUID, *, reset_token_hash: str, used_by: str) -> None:
    """By that link, in that browser. It came with a mail, so mails do arrive."""
    statement = """
        WITH used AS (
            UPDATE password_resets SET ended_at = now(), used_by = $3 WHERE reset_token_hash = $2
        )
        UPDATE accounts SET mail_bounced_at = NULL, mail_trusted_at = now() WHERE account_key = $1
    """
    await tx.execute(statement, account_key, reset_token_hash, used_by)


async def forget_resets(tx: Transaction) -> int:
    """Deletes a batch of links that are dead for long; returns how many."""
    statement = """
        DELETE FROM password_resets WHERE reset_key IN (
            SELECT reset_key FROM password_resets WHERE asked_at < now() - $1::interval
            LIMIT $2 FOR UPDATE SKIP LOCKED
        )
    """
    return affected(await tx.execute(statement, RESETS_KEPT, BATCH))
