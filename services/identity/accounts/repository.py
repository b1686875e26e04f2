"""All SQL of accounts, one function per statement. Times are the database's; every function works inside the
caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.database.batches import BATCH, affected
from chassis.database.db import Row, Transaction
from messages.japan import JAPAN_IN_SQL
from messages.values import AccountId, CustomerNumber, EmailAddress, Nickname
from services.identity.accounts.domain import (
    AUDITS_KEPT_YEARS,
    CLOSING_NOTICE,
    QUARANTINE,
    READABLE_MONTHS,
    Account,
    ClosedAccount,
    ClosingAccount,
)

AT_A_TIME = 500


def _account(row: Row) -> Account:
    return Account(
        account_key=row["account_key"],
        account_id=AccountId.stored(row["account_id_as_typed"]),
        password_hash=row["password_hash"],
        email_address=EmailAddress.stored(row["email_address"]),
        nickname=Nickname.stored(row["nickname"]),
        is_frozen=row["frozen_at"] is not None,
        has_left=row["left_at"] is not None,
        second_factor_since=row["second_factor_since"],
    )


async def find_account(tx: Transaction, account_key: UUID) -> Account | None:
    """The account, unless it was closed."""
    statement = "SELECT * FROM accounts WHERE account_key = $1 AND closed_at IS NULL"
    row = await tx.fetchrow(statement, account_key)
    return _account(row) if row else None


async def lock_account(tx: Transaction, account_key: UUID) -> Account | None:
    """The same, for a change; before anything else of the account, so that no two wait for each other."""
    statement = "SELECT * FROM accounts WHERE account_key = $1 AND closed_at IS NULL FOR UPDATE"
    row = await tx.fetchrow(statement, account_key)
    return _account(row) if row else None


async def find_account_by_id(tx: Transaction, folded: str) -> Account | None:
    """The account with that folded ID; closed accounts have none."""
    row = await tx.fetchrow("SELECT * FROM accounts WHERE account_id_folded = $1", folded)
    return _account(row) if row else None


async def renew_password_hash(tx: Transaction, account_key: UUID, *, old: str, new: str) -> None:
    """Another hash of the same password; a password that was set meanwhile stays."""
    statement = "UPDATE accounts SET password_hash = $3 WHERE account_key = $1 AND password_hash = $2"
    await tx.execute(statement, account_key, old, new)


async def find_account_key(tx: Transaction, registration_key: UUID) -> UUID | None:
    """The account that came of a registration, even if closed since."""
    statement = "SELECT account_key FROM accounts WHERE registration_key = $1"
    key: UUID | None = await tx.fetchval(statement, registration_key)
    return key


async def add_account(
    tx: Transaction, account: Account, *, registration_key: UUID, contract_key: UUID
) -> bool:
    """Adds it, unless the registration, the contract or the ID has an account or the contract another holder
    now. One of many wins. Whether it was added.
    """
    statement = """
        INSERT INTO accounts (account_key, registration_key, contract_key,
            account_id_as_typed, account_id_folded, password_hash, email_address, nickname)
        SELECT $1, $2, contract_key, $4, $5, $6, $7, $8
        FROM contracts WHERE contract_key = $3 AND replaced_at IS NULL
        ON CONFLICT DO NOTHING RETURNING true
    """
    keys = (account.account_key, registration_key, contract_key)
    account_id = (account.account_id, account.account_id.folded)
    personal = (account.password_hash, account.email_address, account.nickname)
    return bool(await tx.fetchval(statement, *keys, *account_id, *personal))


async def freeze_as_left(tx: Transaction, account_key: UUID) -> None:
    """退会: nobody uses the account from now on."""
    statement = """
        UPDATE accounts SET left_at = now(), frozen_at = coalesce(frozen_at, now())
        WHERE account_key = $1
    """
    await tx.execute(statement, account_key)


async def change_password(tx: Transaction, account_key: UUID, password_hash: str) -> None:
    """Of a locked account. Whatever the former one had opened or asked for is over (X33): sessions, log-ins
    that wait for a code, links to another password, changes of the address that were not made yet, the ticket
    of the 本登録.
    """
    statement = """
        WITH links AS (
            UPDATE password_resets SET ended_at = now() WHERE account_key = $1 AND ended_at IS NULL
        ), changes AS (
            UPDATE address_changes SET cancelled_at = now()
            WHERE account_key = $1 AND changed_at IS NULL AND cancelled_at IS NULL
        ), spent AS (
            INSERT INTO spent_login_proofs (registration_key)
            SELECT registration_key FROM accounts WHERE account_key = $1
            ON CONFLICT DO NOTHING
        ), ended AS (DELETE FROM sessions WHERE account_key = $1
        ), pending AS (DELETE FROM pending_log_ins WHERE account_key = $1)
        UPDATE accounts SET password_hash = $2 WHERE account_key = $1
    """
    await tx.execute(statement, account_key, password_hash)


async def change_nickname(tx: Transaction, account_key: UUID, nickname: Nickname) -> None:
    """Of a living account."""
    statement = "UPDATE accounts SET nickname = $2 WHERE account_key = $1 AND closed_at IS NULL"
    await tx.execute(statement, account_key, nickname)


async def end_sessions_of(tx: Transaction, account_keys: Sequence[UUID]) -> list[str]:
    """Ends every session of these accounts, and every log-in that waits for a code; returns the hashes of the
    sessions' tokens.
    """
    statement = """
        WITH pending AS (DELETE FROM pending_log_ins WHERE account_key = ANY($1::uuid[]))
        DELETE FROM sessions WHERE account_key = ANY($1::uuid[]) RETURNING session_token_hash
    """
    rows = await tx.fetch(statement, account_keys)
    return [row["session_token_hash"] for row in rows]


async def give_closing_notices(tx: Transaction) -> list[ClosingAccount]:
    """Marks accounts that end within 30 days, each once, and says when: with the last readable day in Japan,
    and never less than 30 days after the notice (Q24).
    """
    statement = """
        WITH due AS (
            SELECT account_key,
                (c.closed_on + make_interval(months => $1) + interval '1 day')
                    AT TIME ZONE $4::text AS unreadable_at
            FROM accounts a JOIN contracts c USING (contract_key)
            WHERE c.state = 'closed' AND a.closed_at IS NULL AND a.closing_notice_at IS NULL
                AND c.closed_on <= (now() + $2::interval - make_interval(months => $1))::date + 3
                AND (c.closed_on + make_interval(months => $1) + interval '1 day')
                    AT TIME ZONE $4::text <= now() + $2::interval
            LIMIT $3 FOR UPDATE OF a SKIP LOCKED
        )
        UPDATE accounts SET closing_notice_at = now() FROM due WHERE accounts.account_key = due.account_key
        RETURNING accounts.*, greatest(due.unreadable_at, now() + $2::interval) AS closes_at
    """
    rows = await tx.fetch(statement, READABLE_MONTHS, CLOSING_NOTICE, AT_A_TIME, JAPAN_IN_SQL)
    return [ClosingAccount(_account(row), row["closes_at"]) for row in rows]


async def close_accounts(tx: Transaction) -> list[ClosedAccount]:
    """Closes accounts whose announced end has come, or whose contract passed on or whose customer left
    a quarantine ago, and wipes what is personal. At most `AT_A_TIME` of each.
    """
    statement = """
        WITH ended AS (
            SELECT account_key FROM accounts a JOIN contracts c USING (contract_key)
            WHERE c.state = 'closed' AND a.closed_at IS NULL AND a.closing_notice_at <= now() - $2::interval
                AND (c.closed_on + make_interval(months => $1) + interval '1 day')
                    AT TIME ZONE $4::text <= now()
            LIMIT $3 FOR UPDATE OF a SKIP LOCKED
        ), passed_on AS (
            SELECT account_key FROM accounts a JOIN contracts c USING (contract_key)
            WHERE c.replaced_at <= now() - $5::interval AND a.closed_at IS NULL
            LIMIT $3 FOR UPDATE OF a SKIP LOCKED
        ), departed AS (
            SELECT account_key FROM accounts WHERE closed_at IS NULL AND left_at <= now() - $5::interval
            LIMIT $3 FOR UPDATE SKIP LOCKED
        )
        UPDATE accounts SET closed_at = now(), account_id_as_typed = NULL, account_id_folded = NULL,
            password_hash = NULL, email_address = NULL, nickname = NULL
        WHERE account_key IN (
            SELECT account_key FROM ended UNION ALL SELECT account_key FROM passed_on
            UNION ALL SELECT account_key FROM departed
        )
        RETURNING account_key, registration_key
    """
    values = (READABLE_MONTHS, CLOSING_NOTICE, AT_A_TIME, JAPAN_IN_SQL, QUARANTINE)
    rows = await tx.fetch(statement, *values)
    return [ClosedAccount(row["account_key"], row["registration_key"]) for row in rows]


async def find_account_key_of(tx: Transaction, whose: CustomerNumber | AccountId) -> UUID | None:
    """The living account of that number's present holder, or with that ID, whoever's it is."""
    statement = """
        SELECT a.account_key FROM accounts a JOIN contracts c USING (contract_key)
        WHERE a.closed_at IS NULL AND (
            a.account_id_folded = $1
            OR c.customer_number = $2 AND c.replaced_at IS NULL
        )
    """
    folded, number = (whose.folded, None) if isinstance(whose, AccountId) else (None, whose)
    key: UUID | None = await tx.fetchval(statement, folded, number)
    return key


async def unfreeze(tx: Transaction, account_key: UUID) -> None:
    """Ends a freeze, which 退会 is as well."""
    statement = "UPDATE accounts SET frozen_at = NULL, left_at = NULL WHERE account_key = $1"
    await tx.execute(statement, account_key)


async def forget_closed_accounts(tx: Transaction) -> int:
    """Deletes a batch of what is left of accounts that were closed long ago, and of which no audit tells any
    more; returns how many.
    """
    statement = """
        DELETE FROM accounts WHERE account_key IN (
            SELECT account_key FROM accounts AS a WHERE closed_at < now() - make_interval(years => $1)
                AND NOT EXISTS (SELECT FROM audit_entries AS e WHERE e.account_key = a.account_key)
                AND NOT EXISTS (SELECT FROM sessions AS s WHERE s.account_key = a.account_key)
            LIMIT $2 FOR UPDATE SKIP LOCKED
        )
    """
    return affected(await tx.execute(statement, AUDITS_KEPT_YEARS, BATCH))
