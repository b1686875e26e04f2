"""All SQL of what customers do with their own accounts; inside the caller's transaction."""

from __future__ import annotations

from uuid import UUID

from chassis.database.db import Transaction
from messages.values import Device, PhoneNumber
from services.identity.audit.domain import AuditKind
from services.identity.own_account.domain import KeptOfAccount, LivingSession
from services.identity.sessions.domain import SESSION_ABSOLUTE, SESSION_IDLE


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


async def list_kept(tx: Transaction, account_key: UUID) -> list[KeptOfAccount]:
    """Of the account and its contract: one of them, or none if there is no such account."""
    statement = """
        SELECT created_at, last_login_at, mail_bounced_at, phone_numbers, began_on, closed_on, held_since,
            held_until
        FROM accounts JOIN contracts USING (contract_key) WHERE account_key = $1
    """
    return [
        KeptOfAccount(
            created_at=row["created_at"],
            last_login_at=row["last_login_at"],
            mail_bounced_at=row["mail_bounced_at"],
            phone_numbers=tuple(map(PhoneNumber.stored, row["phone_numbers"])),
            began_on=row["began_on"],
            closed_on=row["closed_on"],
            held_since=row["held_since"],
            held_until=row["held_until"],
        )
        for row in await tx.fetch(statement, account_key)
    ]


async def list_living_sessions(
    tx: Transaction, account_key: UUID, session_token_hash: str
) -> list[LivingSession]:
    """Newest first; one of them is the asker's. The device stands in the entry that the same transaction
    wrote which began the session.
    """
    statement = """
        SELECT s.created_at, s.last_seen_at, s.session_token_hash = $2 AS is_this_one, (
            SELECT device FROM audit_entries AS e
            WHERE e.account_key = $1 AND e.happened_at = s.created_at AND e.kind = $5 LIMIT 1
        ) AS device
        FROM sessions AS s WHERE s.account_key = $1
            AND s.last_seen_at > now() - $3::interval AND s.created_at > now() - $4::interval
        ORDER BY s.created_at DESC
    """
    values = (account_key, session_token_hash, SESSION_IDLE, SESSION_ABSOLUTE, AuditKind.LOGGED_IN)
    return [
        LivingSession(
            began_at=row["created_at"],
            last_seen_at=row["last_seen_at"],
            device=Device.stored(row["device"]) if row["device"] else None,
            is_this_one=row["is_this_one"],
        )
        for row in await tx.fetch(statement, *values)
    ]
