"""The SQL of mails that are asked for again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from chassis.database.db import Transaction
from services.registration.provisional.domain import ProvisionalAccount


async def latest_key(tx: Transaction, registration_key: UUID) -> UUID:
    """The last registration that came of that one by asking for its mail again; itself if nobody did."""
    statement = """
        WITH RECURSIVE chain AS (
            SELECT registration_key, successor_key FROM provisional_accounts WHERE registration_key = $1
            UNION ALL
            SELECT p.registration_key, p.successor_key
            FROM chain JOIN provisional_accounts AS p ON p.registration_key = chain.successor_key
        )
        SELECT registration_key FROM chain WHERE successor_key IS NULL
    """
    found: UUID | None = await tx.fetchval(statement, registration_key)
    return found or registration_key


async def add_successor(
    tx: Transaction, successor: ProvisionalAccount, activation_token_hash: str, *, of: UUID
) -> datetime:
    """Stores it and returns `registered_at`; the form that became `of` is its form from now on. The caller
    has saved `of` as superseded.
    """
    statement = """
        WITH added AS (
            INSERT INTO provisional_accounts (
                registration_key, contract_key, customer_number, account_id_as_typed, password_hash,
                email_address, nickname, activation_token_hash, wrong_passwords, wrong_password_wait_until
            )
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            RETURNING registration_key, registered_at
        ), of AS (
            UPDATE provisional_accounts SET successor_key = added.registration_key
            FROM added WHERE provisional_accounts.registration_key = $11
        ), form AS (
            UPDATE registered_forms SET registration_key = added.registration_key
            FROM added WHERE registered_forms.registration_key = $11
        )
        SELECT registered_at FROM added
    """
    chosen = successor.new_account()
    registered_at: datetime = await tx.fetchval(
        statement,
        successor.registration_key,
        successor.contract_key,
        successor.customer_number,
        successor.kept_account_id(),
        chosen.password_hash,
        chosen.email_address,
        chosen.nickname,
        activation_token_hash,
        successor.wrong_passwords,
        successor.wrong_password_wait_until,
        of,
    )
    return registered_at
