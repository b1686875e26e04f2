"""All SQL of enrolment codes, one function per statement. Times are the database's; every function works
inside the caller's transaction.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from chassis.database.batches import BATCH, affected
from chassis.database.db import Transaction
from messages.values import EmailAddress
from services.identity.audit.domain import AuditKind
from services.identity.enrolment.domain import CODE_LIFETIME, CODES_KEPT_FOR, WRONG_TRIES


async def count_lately_issued(tx: Transaction, account_key: UUID) -> int:
    """How many codes of the account were given out within the last hour, as the audit tells."""
    statement = """
        SELECT count(*) FROM audit_entries
        WHERE account_key = $1 AND kind = $2 AND happened_at > now() - interval '1 hour'
    """
    count: int = await tx.fetchval(statement, account_key, AuditKind.ENROLMENT_CODE_ISSUED)
    return count


async def put(tx: Transaction, account_key: UUID, code_hash: str) -> datetime:
    """The account's code from now on: an earlier one is worth nothing. Until when it works."""
    statement = """
        INSERT INTO enrolment_codes (account_key, code_hash) VALUES ($1, $2)
        ON CONFLICT (account_key) DO UPDATE SET code_hash = excluded.code_hash, issued_at = now(),
            wrong_tries = 0, used_at = NULL, used_form = NULL
        RETURNING issued_at + $3::interval
    """
    until: datetime = await tx.fetchval(statement, account_key, code_hash, CODE_LIFETIME)
    return until


async def find_account_of(tx: Transaction, code_hash: str) -> UUID | None:
    """The account that has that code, good or not."""
    statement = "SELECT account_key FROM enrolment_codes WHERE code_hash = $1 LIMIT 1"
    account_key: UUID | None = await tx.fetchval(statement, code_hash)
    return account_key


async def spend(tx: Transaction, account_key: UUID, code_hash: str, form_key: UUID) -> bool | None:
    """True once: the code was right, and is spent by this form. False if this form has spent it before. None
    for any other code, or one that is too old or was missed too often; that counts as a miss.
    """
    statement = """
        WITH judged AS (
            SELECT account_key, code_hash = $2 AND used_form = $3 AS is_repeated,
                code_hash = $2 AND used_at IS NULL AND wrong_tries < $4
                    AND issued_at > now() - $5::interval AS is_right
            FROM enrolment_codes WHERE account_key = $1 FOR UPDATE
        )
        UPDATE enrolment_codes AS code SET
            used_at = CASE WHEN is_right THEN now() ELSE used_at END,
            used_form = CASE WHEN is_right THEN $3 ELSE used_form END,
            wrong_tries = wrong_tries + CASE WHEN is_right OR is_repeated THEN 0 ELSE 1 END
        FROM judged WHERE code.account_key = judged.account_key
        RETURNING CASE WHEN is_right THEN true WHEN is_repeated THEN false END
    """
    values = (account_key, code_hash, form_key, WRONG_TRIES, CODE_LIFETIME)
    spent: bool | None = await tx.fetchval(statement, *values)
    return spent


async def renew_address(tx: Transaction, account_key: UUID, email_address: EmailAddress) -> None:
    """Another address, of which nothing is known yet. Links that bring a former one back are dead: the
    mailbox that got them is lost, and perhaps somebody else's.
    """
    statement = """
        WITH lost AS (
            UPDATE address_changes SET cancelled_at = coalesce(cancelled_at, now()) WHERE account_key = $1
        )
        UPDATE accounts SET email_address = $2, mail_bounced_at = NULL, mail_trusted_at = now()
        WHERE account_key = $1
    """
    await tx.execute(statement, account_key, email_address)


async def forget_old(tx: Transaction) -> int:
    """Deletes a batch of codes of which nothing is asked any more; returns how many."""
    statement = """
        DELETE FROM enrolment_codes WHERE account_key IN (
            SELECT account_key FROM enrolment_codes WHERE issued_at < now() - $1::interval LIMIT $2
        )
    """
    return affected(await tx.execute(statement, CODES_KEPT_FOR, BATCH))
