"""All SQL of the second factor, one function per statement. Times are the database's; every function works
inside the caller's transaction, which has locked the account.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.database.batches import BATCH, affected
from chassis.database.db import Row, Transaction
from chassis.security.sealing import Sealed
from messages.second_factor import OneTimeSecret
from services.identity.second_factor.domain import (
    PENDING_LIFETIME,
    SETUP_LIFETIME,
    WRONG_CODES,
    PendingLogIn,
    SecondFactor,
)

AT_A_TIME = 100  # boxes, which are opened between two statements


def _secret(row: Row) -> Sealed[OneTimeSecret]:
    return Sealed[OneTimeSecret](key_id=row["secret_key_id"], box=row["secret_box"])


async def find_second_factor(tx: Transaction, account_key: UUID) -> SecondFactor | None:
    """The one that is on."""
    row = await tx.fetchrow("SELECT * FROM second_factors WHERE account_key = $1", account_key)
    if row is None:
        return None
    return SecondFactor(
        secret=_secret(row),
        last_step=row["last_step"],
        recovery_code_hashes=tuple(row["recovery_code_hashes"]),
        recovery_codes_made_by=row["recovery_codes_made_by"],
    )


async def keep_second_factor(tx: Transaction, account_key: UUID, factor: SecondFactor) -> None:
    """As it is from now on; it is on."""
    statement = """
        WITH kept AS (
            INSERT INTO second_factors VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (account_key) DO UPDATE SET last_step = excluded.last_step,
                recovery_code_hashes = excluded.recovery_code_hashes,
                recovery_codes_made_by = excluded.recovery_codes_made_by
        )
        UPDATE accounts SET second_factor_since = now()
        WHERE account_key = $1 AND second_factor_since IS NULL
    """
    await tx.execute(
        statement,
        account_key,
        factor.secret.key_id,
        factor.secret.box,
        factor.last_step,
        factor.recovery_code_hashes,
        factor.recovery_codes_made_by,
    )


async def turn_off(tx: Transaction, account_key: UUID) -> bool:
    """Secret and recovery codes are gone with it. Whether it was on."""
    statement = """
        UPDATE accounts SET second_factor_since = NULL
        WHERE account_key = $1 AND second_factor_since IS NOT NULL RETURNING true
    """
    return bool(await tx.fetchval(statement, account_key))


async def put_setup(tx: Transaction, session_token_hash: str, secret: Sealed[OneTimeSecret]) -> None:
    """The session's secret that waits for its first code. One that waits already stays, for as long again:
    it may be before the customer in another tab.
    """
    statement = """
        INSERT INTO second_factor_setups AS setup (session_token_hash, secret_key_id, secret_box)
        VALUES ($1, $2, $3)
        ON CONFLICT (session_token_hash) DO UPDATE SET begun_at = now(),
            secret_key_id = CASE WHEN setup.begun_at > now() - $4::interval
                THEN setup.secret_key_id ELSE excluded.secret_key_id END,
            secret_box = CASE WHEN setup.begun_at > now() - $4::interval
                THEN setup.secret_box ELSE excluded.secret_box END
    """
    await tx.execute(statement, session_token_hash, secret.key_id, secret.box, SETUP_LIFETIME)


async def find_setup(tx: Transaction, session_token_hash: str) -> Sealed[OneTimeSecret] | None:
    """The session's secret that waits, if it has not waited for too long."""
    statement = """
        SELECT * FROM second_factor_setups
        WHERE session_token_hash = $1 AND begun_at > now() - $2::interval
    """
    row = await tx.fetchrow(statement, session_token_hash, SETUP_LIFETIME)
    return _secret(row) if row else None


async def end_setup(tx: Transaction, session_token_hash: str) -> None:
    """Its secret waits no more."""
    await tx.execute("DELETE FROM second_factor_setups WHERE session_token_hash = $1", session_token_hash)


async def find_pending(tx: Transaction, session_token_hash: str) -> PendingLogIn | None:
    """The log-in that waits for a code, or had one, if its time is not over."""
    statement = """
        SELECT * FROM pending_log_ins WHERE session_token_hash = $1 AND begun_at > now() - $2::interval
    """
    row = await tx.fetchrow(statement, session_token_hash, PENDING_LIFETIME)
    if row is None:
        return None
    return PendingLogIn(row["account_key"], row["wrong_codes"], row["finished_by"])


async def count_wrong_code(tx: Transaction, session_token_hash: str) -> bool:
    """Of the log-in that waits. Whether it was the last one that it may have."""
    statement = """
        UPDATE pending_log_ins SET wrong_codes = wrong_codes + 1
        WHERE session_token_hash = $1 RETURNING wrong_codes >= $2
    """
    return bool(await tx.fetchval(statement, session_token_hash, WRONG_CODES))


async def finish(tx: Transaction, session_token_hash: str, form_key: UUID) -> None:
    """The log-in waits no more."""
    statement = "UPDATE pending_log_ins SET finished_by = $2 WHERE session_token_hash = $1"
    await tx.execute(statement, session_token_hash, form_key)


async def list_sealed_with(
    tx: Transaction, key_ids: Sequence[str]
) -> list[tuple[UUID, Sealed[OneTimeSecret]]]:
    """A batch of secrets whose box is of one of those keys."""
    statement = """
        SELECT account_key, secret_key_id, secret_box FROM second_factors
        WHERE secret_key_id = ANY($1::text[]) LIMIT $2 FOR UPDATE SKIP LOCKED
    """
    rows = await tx.fetch(statement, key_ids, AT_A_TIME)
    return [(row["account_key"], _secret(row)) for row in rows]


async def keep_secret(tx: Transaction, account_key: UUID, secret: Sealed[OneTimeSecret]) -> None:
    """The same secret in another box."""
    statement = "UPDATE second_factors SET secret_key_id = $2, secret_box = $3 WHERE account_key = $1"
    await tx.execute(statement, account_key, secret.key_id, secret.box)


async def forget_setups(tx: Transaction) -> int:
    """Deletes a batch of secrets that no code came for; returns how many."""
    statement = """
        DELETE FROM second_factor_setups WHERE session_token_hash IN (
            SELECT session_token_hash FROM second_factor_setups
            WHERE begun_at <= now() - $1::interval LIMIT $2 FOR UPDATE SKIP LOCKED
        )
    """
    return affected(await tx.execute(statement, SETUP_LIFETIME, BATCH))


async def forget_pending(tx: Transaction) -> int:
    """Deletes a batch of log-ins that wait no more; returns how many."""
    statement = """
        DELETE FROM pending_log_ins WHERE session_token_hash IN (
            SELECT session_token_hash FROM pending_log_ins
            WHERE begun_at <= now() - $1::interval LIMIT $2 FOR UPDATE SKIP LOCKED
        )
    """
    return affected(await tx.execute(statement, PENDING_LIFETIME, BATCH))
