"""The SQL of the claims on account IDs. Their primary key decides every race (ADR 0003)."""

from __future__ import annotations

from uuid import UUID

from chassis.database.batches import BATCH, affected
from chassis.database.db import Transaction
from messages.values import AccountId


async def claim_account_id(tx: Transaction, account_id: AccountId, registration_key: UUID) -> UUID:
    """Locks the claim on the ID, made for `registration_key` if there was none; returns whose it is.

    A rival's claim that is not committed yet is waited for. What the owner's state is must be asked
    afterwards: a condition in this statement would see the owner's row as it was before the wait.
    """
    statement = """
        INSERT INTO account_id_claims AS claim (account_id_folded, registration_key) VALUES ($1, $2)
        ON CONFLICT (account_id_folded) DO UPDATE SET registration_key = claim.registration_key
        RETURNING registration_key
    """
    owner: UUID = await tx.fetchval(statement, account_id.folded, registration_key)
    return owner


async def hand_claim_to(tx: Transaction, account_id: AccountId, registration_key: UUID) -> None:
    """The ID belongs to that registration from now on. The caller has locked the claim."""
    statement = "UPDATE account_id_claims SET registration_key = $2 WHERE account_id_folded = $1"
    await tx.execute(statement, account_id.folded, registration_key)


async def drop_idle_claims(tx: Transaction) -> int:
    """Deletes the claims of a batch of registrations that have ended; returns how many registrations it is
    done with. A claim that is being taken over at this moment is left alone, and looked at again.
    """
    ended = [
        row["registration_key"]
        for row in await tx.fetch(
            """
            SELECT registration_key FROM provisional_accounts WHERE ended_at IS NOT NULL AND NOT claim_swept
            ORDER BY ended_at LIMIT $1 FOR UPDATE SKIP LOCKED
            """,
            BATCH,
        )
    ]
    if not ended:
        return 0
    statement = """
        DELETE FROM account_id_claims WHERE account_id_folded IN (
            SELECT account_id_folded FROM account_id_claims WHERE registration_key = ANY($1::uuid[])
            FOR UPDATE SKIP LOCKED
        )
    """
    await tx.execute(statement, ended)
    statement = """
        UPDATE provisional_accounts AS p SET claim_swept = true
        WHERE registration_key = ANY($1::uuid[]) AND NOT EXISTS (
            SELECT FROM account_id_claims AS claim WHERE claim.registration_key = p.registration_key
        )
    """
    return affected(await tx.execute(statement, ended))


async def drop_claim(tx: Transaction, registration_key: UUID) -> None:
    """The account ID of that registration may be used again."""
    await tx.execute("DELETE FROM account_id_claims WHERE registration_key = $1", registration_key)
