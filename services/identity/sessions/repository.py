"""All SQL of sessions, one function per statement. Times are the database's; every function works inside the
caller's transaction.
"""

from __future__ import annotations

from uuid import UUID

from chassis.database.batches import BATCH, affected
from chassis.database.db import Transaction
from messages.values import CustomerNumber, Device, HolderKana, Nickname
from services.identity.audit.domain import AuditKind
from services.identity.sessions.domain import (
    SESSION_ABSOLUTE,
    SESSION_IDLE,
    SESSIONS_OF_AN_ACCOUNT,
    THROTTLED_TOLD_EVERY,
    Holder,
    Session,
)


async def open_session(
    tx: Transaction,
    session_token_hash: str,
    account_key: UUID,
    *,
    password_hash: str | None = None,
    client_network: str | None = None,
    device: Device | None = None,
    second_factor_proved: bool = False,
) -> bool:
    """A session of that account, unless it was frozen or closed, has another password by now than the one of
    `password_hash`, judged a moment ago (X33), or a second factor that was not proved. It spends the ticket
    of 本登録 (T22), ends the oldest of more than SESSIONS_OF_AN_ACCOUNT, and stands in the audit. Whether
    nobody had logged in from such a device before, though somebody had from others. Repeated, the same.
    """
    statement = """
        WITH opened AS (
            INSERT INTO sessions (session_token_hash, account_key, previous_login_at, device)
            SELECT $1, account_key, last_login_at, $5 FROM accounts
            WHERE account_key = $2 AND frozen_at IS NULL AND closed_at IS NULL
                AND ($6::text IS NULL OR password_hash = $6) AND ($7 OR second_factor_since IS NULL)
            FOR UPDATE ON CONFLICT DO NOTHING RETURNING account_key
        ), spent AS (
            INSERT INTO spent_login_proofs (registration_key)
            SELECT registration_key FROM accounts JOIN opened USING (account_key)
            ON CONFLICT DO NOTHING
        ), told AS (
            INSERT INTO audit_entries (kind, account_key, client_network, device)
            SELECT $3, account_key, $4, $5 FROM opened
        ), noted AS (
            UPDATE accounts SET last_login_at = now() FROM opened
            WHERE accounts.account_key = opened.account_key
        )
        SELECT bool_and(device <> $5) FROM audit_entries WHERE account_key = $2 AND kind = $3
            AND happened_at < coalesce((SELECT created_at FROM sessions WHERE session_token_hash = $1), now())
    """
    values = (session_token_hash, account_key, AuditKind.LOGGED_IN, client_network, device)
    is_new = bool(await tx.fetchval(statement, *values, password_hash, second_factor_proved))
    await _end_surplus(tx, account_key)
    return is_new


async def _end_surplus(tx: Transaction, account_key: UUID) -> None:
    """A statement of its own: it sees those of simultaneous log-ins too. These come one after the other, by
    the lock of the account: else two would end the same sessions in another order, and wait for each other.
    """
    statement = """
        WITH locked AS MATERIALIZED (SELECT account_key FROM accounts WHERE account_key = $1 FOR UPDATE)
        DELETE FROM sessions WHERE session_token_hash IN (
            SELECT session_token_hash FROM sessions JOIN locked USING (account_key)
            ORDER BY created_at DESC, session_token_hash OFFSET $2
        )
    """
    await tx.execute(statement, account_key, SESSIONS_OF_AN_ACCOUNT)


async def tell_of_throttled_log_in(
    tx: Transaction, folded: str, *, client_network: str, device: Device | None
) -> None:
    """An entry about the account with that ID, if there is one, or about nobody's; at most one in
    `THROTTLED_TOLD_EVERY` for an account and a network, so that a flood of tries does not fill the table.
    """
    statement = """
        INSERT INTO audit_entries (kind, account_key, client_network, device)
        SELECT $2, account_key, $3, $4
        FROM (VALUES (1)) AS one LEFT JOIN accounts ON account_id_folded = $1
        WHERE NOT EXISTS (
            SELECT FROM audit_entries AS e WHERE e.kind = $2 AND e.happened_at > now() - $5::interval
                AND e.client_network = $3 AND e.account_key IS NOT DISTINCT FROM accounts.account_key
        )
    """
    kind = AuditKind.LOG_IN_THROTTLED
    await tx.execute(statement, folded, kind, client_network, device, THROTTLED_TOLD_EVERY)


async def keep_alive(tx: Transaction, session_token_hash: str) -> Session | None:
    """The session, seen just now; None once it was idle or old for too long, or its account is frozen or
    closed.
    """
    statement = """
        UPDATE sessions s SET last_seen_at = now() FROM accounts a JOIN contracts c USING (contract_key)
        WHERE s.session_token_hash = $1 AND a.account_key = s.account_key
            AND a.frozen_at IS NULL AND a.closed_at IS NULL
            AND s.last_seen_at > now() - $2::interval AND s.created_at > now() - $3::interval
        RETURNING a.account_key, a.contract_key, c.customer_number, c.began_on, c.held_since, c.held_until,
            a.nickname, s.created_at, s.last_seen_at, s.previous_login_at,
            a.mail_bounced_at IS NOT NULL AS mail_bounced
    """
    row = await tx.fetchrow(statement, session_token_hash, SESSION_IDLE, SESSION_ABSOLUTE)
    if row is None:
        return None
    return Session(
        account_key=row["account_key"],
        contract_key=row["contract_key"],
        customer_number=CustomerNumber.stored(row["customer_number"]),
        began_on=row["began_on"],
        held_since=row["held_since"],
        held_until=row["held_until"],
        nickname=Nickname.stored(row["nickname"]),
        created_at=row["created_at"],
        last_seen_at=row["last_seen_at"],
        previous_login_at=row["previous_login_at"],
        mail_bounced=row["mail_bounced"],
    )


async def lock_account_of(tx: Transaction, session_token_hash: str) -> None:
    """The account of a session, before the session itself and whatever else of the account is changed."""
    statement = """
        SELECT FROM accounts WHERE account_key =
            (SELECT account_key FROM sessions WHERE session_token_hash = $1) FOR UPDATE
    """
    await tx.execute(statement, session_token_hash)


async def await_code(
    tx: Transaction, session_token_hash: str, account_key: UUID, *, password_hash: str
) -> bool:
    """The log-in waits for a code of the second factor: only while the account has one, is not frozen, and
    has the password that was judged a moment ago. The same for a repeated request.
    """
    statement = """
        WITH asked AS (
            SELECT account_key FROM accounts WHERE account_key = $2 AND password_hash = $3
                AND frozen_at IS NULL AND second_factor_since IS NOT NULL FOR UPDATE
        ), pending AS (
            INSERT INTO pending_log_ins (session_token_hash, account_key) SELECT $1, account_key FROM asked
            ON CONFLICT DO NOTHING
        )
        SELECT true FROM asked
    """
    return bool(await tx.fetchval(statement, session_token_hash, account_key, password_hash))


async def find_account_key(tx: Transaction, session_token_hash: str) -> UUID | None:
    """The account of a living session, which this does not keep alive."""
    statement = """
        SELECT account_key FROM sessions JOIN accounts USING (account_key)
        WHERE session_token_hash = $1 AND frozen_at IS NULL AND closed_at IS NULL
            AND last_seen_at > now() - $2::interval AND sessions.created_at > now() - $3::interval
    """
    account_key: UUID | None = await tx.fetchval(
        statement, session_token_hash, SESSION_IDLE, SESSION_ABSOLUTE
    )
    return account_key


async def find_holder(tx: Transaction, session_token_hash: str) -> Holder | None:
    """The holder of the contract of a living session of a living account, which this does not keep alive."""
    statement = """
        SELECT c.customer_number, c.holder_kana_key, c.holder_kana
        FROM sessions s JOIN accounts a USING (account_key) JOIN contracts c USING (contract_key)
        WHERE s.session_token_hash = $1 AND a.frozen_at IS NULL AND a.closed_at IS NULL
            AND s.last_seen_at > now() - $2::interval AND s.created_at > now() - $3::interval
    """
    row = await tx.fetchrow(statement, session_token_hash, SESSION_IDLE, SESSION_ABSOLUTE)
    if row is None:
        return None
    return Holder(
        customer_number=CustomerNumber.stored(row["customer_number"]),
        holder_kana_key=row["holder_kana_key"],
        holder_kana=HolderKana.stored(row["holder_kana"]) if row["holder_kana"] else None,
    )


async def rotate(tx: Transaction, old_hash: str, new_hash: str) -> bool:
    """Another token for a session, which stays the same in everything else. Whether there is such a session,
    with its new token: also if somebody else replaced the old one by it a moment ago.
    """
    statement = "UPDATE sessions SET session_token_hash = $2 WHERE session_token_hash = $1 RETURNING true"
    rotated = await tx.fetchval(statement, old_hash, new_hash)
    return bool(rotated) or bool(
        await tx.fetchval("SELECT true FROM sessions WHERE session_token_hash = $1", new_hash)
    )


async def end_others(tx: Transaction, account_key: UUID, *, kept: str) -> list[str]:
    """Ends every session of the account but that one, and every log-in that waits for a code; returns the
    hashes of the sessions' tokens.
    """
    statement = """
        WITH pending AS (DELETE FROM pending_log_ins WHERE account_key = $1)
        DELETE FROM sessions WHERE account_key = $1 AND session_token_hash <> $2
        RETURNING session_token_hash
    """
    rows = await tx.fetch(statement, account_key, kept)
    return [row["session_token_hash"] for row in rows]


async def end_session(tx: Transaction, session_token_hash: str) -> UUID | None:
    """Whose it was; None if there was none to end."""
    statement = "DELETE FROM sessions WHERE session_token_hash = $1 RETURNING account_key"
    account_key: UUID | None = await tx.fetchval(statement, session_token_hash)
    return account_key


async def forget_dead_sessions(tx: Transaction) -> int:
    """Deletes a batch of sessions that nobody can use any more; returns how many."""
    statement = """
        DELETE FROM sessions WHERE session_token_hash IN (
            SELECT session_token_hash FROM sessions
            WHERE last_seen_at <= now() - $1::interval OR created_at <= now() - $2::interval
            LIMIT $3 FOR UPDATE SKIP LOCKED
        )
    """
    return affected(await tx.execute(statement, SESSION_IDLE, SESSION_ABSOLUTE, BATCH))


async def spend_login_proof(tx: Transaction, registration_key: UUID) -> bool:
    """True once per registration, also among simultaneous attempts (T22)."""
    statement = """
        INSERT INTO spent_login_proofs (registration_key) VALUES ($1)
        ON CONFLICT DO NOTHING RETURNING true
    """
    return bool(await tx.fetchval(statement, registration_key))


async def forget_spent_login_proofs(tx: Transaction) -> int:
    """Deletes a batch of those whose proof expired long ago; returns how many."""
    statement = """
        DELETE FROM spent_login_proofs WHERE registration_key IN (
            SELECT registration_key FROM spent_login_proofs WHERE spent_at < now() - interval '1 day' LIMIT $1
        )
    """
    return affected(await tx.execute(statement, BATCH))
