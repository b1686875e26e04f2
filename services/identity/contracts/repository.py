"""All SQL of identity, one method per statement. Times are the database's; every method works inside the
caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.database.db import Row, Transaction
from messages.identity import NewAccount
from messages.registration import AccountActivated
from messages.values import AccountId, CustomerNumber, EmailAddress, Nickname
from services.identity.contracts import domain
from services.identity.contracts.domain import Account, ClosingAccount, Contract, Session

_AT_A_TIME = 500

STAGED = (
    "customer_number",
    "holder_kind",
    "holder_kana_key",
    "phone_numbers",
    "state",
    "began_on",
    "closed_on",
)
"""The columns of a staged contract row, in the order in which `stage` takes them."""


def _account(row: Row) -> Account:
    return Account(
        account_key=row["account_key"],
        account_id=AccountId(row["account_id_as_typed"]),
        password_hash=row["password_hash"],
        email_address=EmailAddress(row["email_address"]),
        nickname=Nickname(row["nickname"]),
        is_frozen=row["frozen_at"] is not None,
    )


class Repository:
    """Contracts, accounts and sessions in one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def now(self) -> datetime:
        """The instant of this transaction: what deadlines are compared with (Q14)."""
        now: datetime = await self._tx.fetchval("SELECT now()")
        return now

    async def find_contract(self, customer_number: CustomerNumber) -> Contract | None:
        """The present holder's contract with its living account; earlier holders are not found (Q23)."""
        statement = """
            SELECT c.contract_key, c.customer_number, c.holder_kana_key, c.phone_numbers, c.closed_on, a.account_key
            FROM contracts c LEFT JOIN accounts a ON a.contract_key = c.contract_key AND a.closed_at IS NULL
            WHERE c.customer_number = $1 AND c.replaced_at IS NULL
        """
        row = await self._tx.fetchrow(statement, customer_number)
        if row is None:
            return None
        values = {name: row[name] for name in ("contract_key", "holder_kana_key", "closed_on", "account_key")}
        return Contract(
            customer_number=CustomerNumber(row["customer_number"]),
            phone_numbers=frozenset(row["phone_numbers"]),
            **values,
        )

    async def find_account(self, account_key: UUID) -> Account | None:
        """The account, unless it was closed."""
        row = await self._tx.fetchrow(
            "SELECT * FROM accounts WHERE account_key = $1 AND closed_at IS NULL", account_key
        )
        return _account(row) if row else None

    async def find_account_by_id(self, folded: str) -> Account | None:
        """The account with that folded ID; closed accounts have none."""
        row = await self._tx.fetchrow("SELECT * FROM accounts WHERE account_id_folded = $1", folded)
        return _account(row) if row else None

    async def find_account_key(self, registration_key: UUID) -> UUID | None:
        """The account that came of a registration, even if closed since."""
        key: UUID | None = await self._tx.fetchval(
            "SELECT account_key FROM accounts WHERE registration_key = $1", registration_key
        )
        return key

    async def add_account(self, account_key: UUID, activated: AccountActivated, account: NewAccount) -> None:
        """Adds it, unless the registration, the contract or the ID has an account or the contract another
        holder now. One of many wins.
        """
        statement = """
            INSERT INTO accounts (account_key, registration_key, contract_key, account_id_as_typed, account_id_folded,
                password_hash, email_address, nickname)
            SELECT $1, $2, contract_key, $4, $5, $6, $7, $8 FROM contracts WHERE contract_key = $3 AND replaced_at IS NULL
            ON CONFLICT DO NOTHING
        """
        account_id = activated.account_id
        personal = (
            account_id,
            account_id.folded,
            account.password_hash,
            account.email_address,
            account.nickname,
        )
        await self._tx.execute(
            statement, account_key, activated.registration_key, activated.contract_key, *personal
        )

    async def open_session(self, session_token_hash: str, account_key: UUID) -> None:
        """A session of that account, unless it was frozen or closed; a repeated request opens no second one.
        """
        statement = """
            WITH opened AS (
                INSERT INTO sessions (session_token_hash, account_key, previous_login_at)
                SELECT $1, account_key, last_login_at FROM accounts
                WHERE account_key = $2 AND frozen_at IS NULL AND closed_at IS NULL FOR UPDATE
                ON CONFLICT DO NOTHING RETURNING account_key
            )
            UPDATE accounts SET last_login_at = now() FROM opened WHERE accounts.account_key = opened.account_key
        """
        await self._tx.execute(statement, session_token_hash, account_key)

    async def keep_alive(self, session_token_hash: str) -> Session | None:
        """The session, seen just now; None once it was idle or old for too long, or its account is frozen or
        closed.
        """
        statement = """
            UPDATE sessions s SET last_seen_at = now() FROM accounts a JOIN contracts c USING (contract_key)
            WHERE s.session_token_hash = $1 AND a.account_key = s.account_key AND a.frozen_at IS NULL AND a.closed_at IS NULL
                AND s.last_seen_at > now() - $2::interval AND s.created_at > now() - $3::interval
            RETURNING a.account_key, a.contract_key, c.customer_number, c.began_on, a.nickname,
                s.created_at, s.last_seen_at, s.previous_login_at
        """
        row = await self._tx.fetchrow(
            statement, session_token_hash, domain.SESSION_IDLE, domain.SESSION_ABSOLUTE
        )
        if row is None:
            return None
        keys_and_times = (
            "account_key",
            "contract_key",
            "began_on",
            "created_at",
            "last_seen_at",
            "previous_login_at",
        )
        values = {name: row[name] for name in keys_and_times}
        return Session(
            customer_number=CustomerNumber(row["customer_number"]),
            nickname=Nickname(row["nickname"]),
            **values,
        )

    async def end_session(self, session_token_hash: str) -> bool:
        """Whether there was one to end."""
        return bool(
            await self._tx.fetchval(
                "DELETE FROM sessions WHERE session_token_hash = $1 RETURNING true", session_token_hash
            )
        )

    async def end_sessions_of(self, account_keys: Sequence[UUID]) -> list[str]:
        """Ends every session of these accounts; returns the hashes of their tokens."""
        rows = await self._tx.fetch(
            "DELETE FROM sessions WHERE account_key = ANY($1::uuid[]) RETURNING session_token_hash",
            account_keys,
        )
        return [row["session_token_hash"] for row in rows]

    async def forget_dead_sessions(self) -> None:
        """Deletes sessions that nobody can use any more."""
        statement = "DELETE FROM sessions WHERE last_seen_at <= now() - $1::interval OR created_at <= now() - $2::interval"
        await self._tx.execute(statement, domain.SESSION_IDLE, domain.SESSION_ABSOLUTE)

    async def spend_login_proof(self, registration_key: UUID) -> bool:
        """True once per registration, also among simultaneous attempts (T22)."""
        statement = "INSERT INTO spent_login_proofs (registration_key) VALUES ($1) ON CONFLICT DO NOTHING RETURNING true"
        return bool(await self._tx.fetchval(statement, registration_key))

    async def forget_spent_login_proofs(self) -> None:
        """Deletes those whose proof expired long ago."""
        await self._tx.execute("DELETE FROM spent_login_proofs WHERE spent_at < now() - interval '1 day'")

    async def give_closing_notices(self) -> list[ClosingAccount]:
        """Marks accounts that end within 30 days, each once, and says when: never less than 30 days after the
        notice (Q24).
        """
        statement = """
            WITH due AS (
                SELECT account_key, (c.closed_on + make_interval(months => $1)) AT TIME ZONE 'Asia/Tokyo' AS unreadable_at
                FROM accounts a JOIN contracts c USING (contract_key)
                WHERE c.state = 'closed' AND a.closed_at IS NULL AND a.closing_notice_at IS NULL
                    AND (c.closed_on + make_interval(months => $1)) AT TIME ZONE 'Asia/Tokyo' <= now() + $2::interval
                LIMIT $3 FOR UPDATE OF a SKIP LOCKED
            )
            UPDATE accounts SET closing_notice_at = now() FROM due WHERE accounts.account_key = due.account_key
            RETURNING accounts.*, greatest(due.unreadable_at, now() + $2::interval) AS closes_at
        """
        rows = await self._tx.fetch(statement, domain.READABLE_MONTHS, domain.CLOSING_NOTICE, _AT_A_TIME)
        return [ClosingAccount(_account(row), row["closes_at"]) for row in rows]

    async def close_accounts(self) -> list[tuple[UUID, UUID]]:
        """Closes accounts whose announced end has come and wipes what is personal; returns (account_key,
        registration_key).
        """
        statement = """
            UPDATE accounts SET closed_at = now(), account_id_as_typed = NULL, account_id_folded = NULL, password_hash = NULL,
                email_address = NULL, nickname = NULL
            WHERE account_key IN (
                SELECT account_key FROM accounts a JOIN contracts c USING (contract_key)
                WHERE c.state = 'closed' AND a.closed_at IS NULL AND a.closing_notice_at <= now() - $2::interval
                    AND (c.closed_on + make_interval(months => $1)) AT TIME ZONE 'Asia/Tokyo' <= now()
                LIMIT $3 FOR UPDATE OF a SKIP LOCKED
            )
            RETURNING account_key, registration_key
        """
        rows = await self._tx.fetch(statement, domain.READABLE_MONTHS, domain.CLOSING_NOTICE, _AT_A_TIME)
        return [(row["account_key"], row["registration_key"]) for row in rows]

    async def begin_import(self) -> None:
        """One import at a time; proofs and logins go on reading meanwhile. Makes an empty staging table."""
        await self._tx.execute("""
            LOCK TABLE contracts IN SHARE ROW EXCLUSIVE MODE;
            CREATE TEMP TABLE staged (LIKE contracts, fate text NOT NULL DEFAULT 'added') ON COMMIT DROP;
            ALTER TABLE staged ALTER contract_key DROP NOT NULL
        """)

    async def stage(self, rows: Iterable[Sequence[Any]]) -> None:
        """Copies rows of the columns `STAGED`."""
        await self._tx.copy_records_to_table("staged", records=rows, columns=STAGED)

    async def compare_staged(self) -> None:
        """Finds the contract that each row is about, and the row's fate: added, unchanged, changed, renamed
        or replaced (Q23).
        """
        await self._tx.execute("""
            UPDATE staged s SET contract_key = c.contract_key, fate = CASE
                WHEN s.holder_kana_key <> c.holder_kana_key THEN CASE WHEN s.began_on = c.began_on THEN 'renamed' ELSE 'replaced' END
                WHEN (s.holder_kind, s.phone_numbers, s.state, s.began_on, s.closed_on)
                    IS DISTINCT FROM (c.holder_kind, c.phone_numbers, c.state, c.began_on, c.closed_on) THEN 'changed'
                ELSE 'unchanged' END
            FROM contracts c WHERE c.customer_number = s.customer_number AND c.replaced_at IS NULL
        """)

    async def count_staged(self) -> dict[str, int]:
        """Rows by fate, and how many contracts this file ends. Only before the changes are made."""
        rows = await self._tx.fetch("""
            SELECT count(*) AS read, count(*) FILTER (WHERE fate = 'added') AS added,
                count(*) FILTER (WHERE fate IN ('changed', 'renamed', 'replaced')) AS changed,
                count(*) FILTER (WHERE fate = 'unchanged') AS unchanged,
                count(*) FILTER (WHERE s.state = 'closed' AND c.state = 'active') AS closed
            FROM staged s LEFT JOIN contracts c USING (contract_key)
        """)
        return {name: rows[0][name] for name in ("read", "added", "changed", "unchanged", "closed")}

    async def freeze_accounts(self) -> list[UUID]:
        """Freezes living accounts of contracts whose holder has another name now; returns their keys (Q23).
        """
        rows = await self._tx.fetch("""
            UPDATE accounts a SET frozen_at = now() FROM staged s
            WHERE a.contract_key = s.contract_key AND s.fate IN ('renamed', 'replaced') AND a.frozen_at IS NULL AND a.closed_at IS NULL
            RETURNING a.account_key
        """)
        return [row["account_key"] for row in rows]

    async def retire_replaced(self) -> None:
        """Frees the customer numbers that passed on to another holder."""
        statement = "UPDATE contracts c SET replaced_at = now() FROM staged s WHERE s.contract_key = c.contract_key AND s.fate = 'replaced'"
        await self._tx.execute(statement)

    async def change_contracts(self) -> None:
        """Writes what is new of contracts that keep their key."""
        await self._tx.execute("""
            UPDATE contracts c SET (holder_kind, holder_kana_key, phone_numbers, state, began_on, closed_on)
                = (s.holder_kind, s.holder_kana_key, s.phone_numbers, s.state, s.began_on, s.closed_on)
            FROM staged s WHERE c.contract_key = s.contract_key AND s.fate IN ('changed', 'renamed')
        """)

    async def add_contracts(self) -> None:
        """Adds contracts of new numbers and of new holders, each with a key of its own."""
        await self._tx.execute("""
            INSERT INTO contracts (customer_number, holder_kind, holder_kana_key, phone_numbers, state, began_on, closed_on)
            SELECT customer_number, holder_kind, holder_kana_key, phone_numbers, state, began_on, closed_on FROM staged
            WHERE fate IN ('added', 'replaced')
        """)

    async def withdraw_closing_notices(self) -> None:
        """A contract that runs again needs a new notice before its account may close."""
        await self._tx.execute("""
            UPDATE accounts a SET closing_notice_at = NULL FROM contracts c
            WHERE a.contract_key = c.contract_key AND c.state = 'active' AND a.closing_notice_at IS NOT NULL
        """)

    async def record_import(self, imported_by: str, file_sha256: str, counts: Sequence[int]) -> None:
        """The audit row of an import (C11). `counts`: read, added, changed, unchanged, closed, frozen
        accounts.
        """
        statement = """
            INSERT INTO imports (imported_by, file_sha256, read_rows, added, changed, unchanged, closed, frozen_accounts)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """
        await self._tx.execute(statement, imported_by, file_sha256, *counts)
