"""All SQL of passkeys, one function per statement. Times are the database's; every function works inside the
caller's transaction.
"""

from __future__ import annotations

from uuid import UUID

from chassis.database.batches import BATCH, affected
from chassis.database.db import Row, Transaction
from chassis.security.web_authentication import MadeCredential
from messages.values import PasskeyName
from services.identity.passkeys.domain import CHALLENGES_KEPT_FOR, OFFERED_FOR, Passkey


def _passkey(row: Row) -> Passkey:
    return Passkey(
        passkey_key=row["passkey_key"],
        account_key=row["account_key"],
        credential_id=row["credential_id"],
        public_key=row["public_key"],
        sign_count=row["sign_count"],
        transports=tuple(row["transports"]),
        name=PasskeyName.stored(row["name"]),
        made_at=row["made_at"],
        last_used_at=row["last_used_at"],
    )


async def list_passkeys(tx: Transaction, account_key: UUID) -> list[Passkey]:
    """Those of the account, oldest first."""
    statement = "SELECT * FROM passkeys WHERE account_key = $1 ORDER BY made_at, passkey_key"
    return [_passkey(row) for row in await tx.fetch(statement, account_key)]


async def offer(tx: Transaction, account_key: UUID, challenge_hash: str) -> None:
    """A passkey that signs the challenge may be added to the account."""
    statement = """
        INSERT INTO passkey_challenges (challenge_hash, account_key) VALUES ($1, $2) ON CONFLICT DO NOTHING
    """
    await tx.execute(statement, challenge_hash, account_key)


async def is_offered(tx: Transaction, account_key: UUID, challenge_hash: str) -> bool:
    """Whether it was offered to that account with this challenge, however old or spent the offer is."""
    statement = "SELECT true FROM passkey_challenges WHERE challenge_hash = $1 AND account_key = $2"
    return bool(await tx.fetchval(statement, challenge_hash, account_key))


async def take_offer(tx: Transaction, account_key: UUID, challenge_hash: str, *, session: str) -> bool:
    """True once, while the offer to that account is fresh."""
    statement = """
        UPDATE passkey_challenges SET spent_by = $3 WHERE challenge_hash = $1 AND account_key = $2
            AND spent_by IS NULL AND made_at > now() - $4::interval
        RETURNING true
    """
    return bool(await tx.fetchval(statement, challenge_hash, account_key, session, OFFERED_FOR))


async def spend_challenge(tx: Transaction, challenge_hash: str, *, session: str) -> bool:
    """True once for a log-in's challenge, also among simultaneous attempts."""
    statement = """
        INSERT INTO passkey_challenges (challenge_hash, spent_by) VALUES ($1, $2)
        ON CONFLICT DO NOTHING RETURNING true
    """
    return bool(await tx.fetchval(statement, challenge_hash, session))


async def add_passkey(
    tx: Transaction, passkey_key: UUID, account_key: UUID, made: MadeCredential, name: PasskeyName
) -> bool:
    """False if some account has that credential already."""
    statement = """
        INSERT INTO passkeys
            (passkey_key, account_key, credential_id, public_key, sign_count, transports, name)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (credential_id) DO NOTHING RETURNING true
    """
    values = (made.credential_id, made.public_key, made.sign_count, list(made.transports), name)
    return bool(await tx.fetchval(statement, passkey_key, account_key, *values))


async def find_by_credential(tx: Transaction, credential_id: bytes) -> Passkey | None:
    """The passkey, whoever's it is."""
    statement = "SELECT * FROM passkeys WHERE credential_id = $1"
    row = await tx.fetchrow(statement, credential_id)
    return _passkey(row) if row else None


async def note_use(tx: Transaction, passkey_key: UUID, *, sign_count: int) -> bool:
    """It was used just now. False unless its authenticator counts further, where it counts at all."""
    statement = """
        UPDATE passkeys SET sign_count = $2, last_used_at = now()
        WHERE passkey_key = $1 AND (sign_count < $2 OR sign_count = 0 AND $2 = 0) RETURNING true
    """
    return bool(await tx.fetchval(statement, passkey_key, sign_count))


async def remove_passkey(tx: Transaction, account_key: UUID, passkey_key: UUID) -> bool:
    """False if the account has no such passkey, whoever has."""
    statement = "DELETE FROM passkeys WHERE account_key = $1 AND passkey_key = $2 RETURNING true"
    return bool(await tx.fetchval(statement, account_key, passkey_key))


async def remove_all(tx: Transaction, account_key: UUID) -> int:
    """All of the account, and what was offered to it; how many passkeys there were."""
    statement = """
        WITH offers AS (DELETE FROM passkey_challenges WHERE account_key = $1)
        DELETE FROM passkeys WHERE account_key = $1
    """
    return affected(await tx.execute(statement, account_key))


async def forget_old_challenges(tx: Transaction) -> int:
    """Deletes a batch of those that no page offers any more; returns how many."""
    statement = """
        DELETE FROM passkey_challenges WHERE challenge_hash IN (
            SELECT challenge_hash FROM passkey_challenges WHERE made_at < now() - $1::interval LIMIT $2
        )
    """
    return affected(await tx.execute(statement, CHALLENGES_KEPT_FOR, BATCH))
