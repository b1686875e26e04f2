"""All SQL of what customers do with their own accounts; inside the caller's transaction."""

from __future__ import annotations

from uuid import UUID

from chassis.database.db import Transaction
from messages.values import Device, PasskeyName, PhoneNumber
from services.identity.accounts.domain import KeptOfAccount, PasskeyAsKept
from services.identity.sessions.domain import SESSION_ABSOLUTE, SESSION_IDLE, OpenSession


async def list_numbers(tx: Transaction, account_key: UUID) -> list[str]:
    """Customer number and telephones of the account's contract."""
    statement = """
        SELECT customer_number || phone_numbers FROM accounts JOIN contracts USING (contract_key)
        WHERE account_key = $1
    """
    numbers: list[str] = await tx.fetchval(statement, account_key)
    return numbers


async def list_open_sessions(tx: Transaction, account_key: UUID, *, asked_by: str) -> list[OpenSession]:
    """The account's sessions that live: first the one with that token's hash, then by their last use."""
    statement = """
        SELECT session_key, device, created_at, last_seen_at, session_token_hash = $2 AS is_askers
        FROM sessions WHERE account_key = $1
            AND last_seen_at > now() - $3::interval AND created_at > now() - $4::interval
        ORDER BY is_askers DESC, last_seen_at DESC, session_key
    """
    rows = await tx.fetch(statement, account_key, asked_by, SESSION_IDLE, SESSION_ABSOLUTE)
    return [
        OpenSession(
            session_key=row["session_key"],
            device=Device.stored(row["device"]) if row["device"] else None,
            began_at=row["created_at"],
            last_seen_at=row["last_seen_at"],
            is_askers=row["is_askers"],
        )
        for row in rows
    ]


async def end_session_of(tx: Transaction, account_key: UUID, session_key: UUID) -> list[str]:
    """Ends that session if it is the account's: the hash of its token, or nothing."""
    statement = """
        DELETE FROM sessions WHERE session_key = $2 AND account_key = $1 RETURNING session_token_hash
    """
    rows = await tx.fetch(statement, account_key, session_key)
    return [row["session_token_hash"] for row in rows]


async def find_kept(tx: Transaction, account_key: UUID) -> KeptOfAccount | None:
    """Of the account and its contract."""
    statement = """
        SELECT created_at, last_login_at, mail_bounced_at, phone_numbers, began_on, closed_on, held_since,
            held_until
        FROM accounts JOIN contracts USING (contract_key) WHERE account_key = $1
    """
    row = await tx.fetchrow(statement, account_key)
    if row is None:
        return None
    return KeptOfAccount(
        created_at=row["created_at"],
        last_login_at=row["last_login_at"],
        mail_bounced_at=row["mail_bounced_at"],
        phone_numbers=tuple(map(PhoneNumber.stored, row["phone_numbers"])),
        began_on=row["began_on"],
        closed_on=row["closed_on"],
        held_since=row["held_since"],
        held_until=row["held_until"],
    )


async def list_kept_passkeys(tx: Transaction, account_key: UUID) -> list[PasskeyAsKept]:
    """The account's, oldest first."""
    statement = """
        SELECT name, made_at, last_used_at FROM passkeys WHERE account_key = $1 ORDER BY made_at, passkey_key
    """
    return [
        PasskeyAsKept(PasskeyName.stored(row["name"]), row["made_at"], row["last_used_at"])
        for row in await tx.fetch(statement, account_key)
    ]
