"""All SQL of what customers do with their own accounts; inside the caller's transaction."""

from __future__ import annotations

from uuid import UUID

from chassis.database.db import Transaction


async def list_numbers(tx: Transaction, account_key: UUID) -> list[str]:
    """Customer number and telephones of the account's contract."""
    statement = """
        SELECT customer_number || phone_numbers FROM accounts JOIN contracts USING (contract_key)
        WHERE account_key = $1
    """
    numbers: list[str] = await tx.fetchval(statement, account_key)
    return numbers


async def change_password(tx: Transaction, account_key: UUID, *, old_hash: str, new_hash: str) -> bool:
    """Unless somebody else changed it a moment ago. Whatever was on its way by mail is over: links to another
    password, changes of the address, the ticket of the 本登録.
    """
    statement = """
        WITH changed AS (
            UPDATE accounts SET password_hash = $3
            WHERE account_key = $1 AND password_hash = $2 AND closed_at IS NULL
            RETURNING account_key, registration_key
        ), links AS (
            UPDATE password_resets r SET ended_at = now() FROM changed
            WHERE r.account_key = changed.account_key AND ended_at IS NULL
        ), changes AS (
            UPDATE address_changes a SET cancelled_at = now() FROM changed
            WHERE a.account_key = changed.account_key AND changed_at IS NULL AND cancelled_at IS NULL
        ), spent AS (
            INSERT INTO spent_login_proofs (registration_key) SELECT registration_key FROM changed
            ON CONFLICT DO NOTHING
        )
        SELECT true FROM changed
    """
    return bool(await tx.fetchval(statement, account_key, old_hash, new_hash))
