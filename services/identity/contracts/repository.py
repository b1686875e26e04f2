"""All SQL of contracts, one function per statement. Times are the database's; every function works inside the
caller's transaction.

An import copies its file into a table of its transaction, finds each row's fate there, and then changes
everything at once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from chassis.csv_import import RepeatedRow
from chassis.database.batches import BATCH, affected
from chassis.database.db import Transaction
from chassis.database.large_results import each_row
from messages.values import CustomerNumber
from services.identity.accounts.domain import AUDITS_KEPT_YEARS
from services.identity.contracts.domain import Contract, ExportedContract, ImportCounts

_STAGED = (
    "line",
    "customer_number",
    "holder_kind",
    "holder_kana_key",
    "holder_kana",
    "phone_numbers",
    "state",
    "began_on",
    "closed_on",
)


async def find_contract(tx: Transaction, customer_number: CustomerNumber) -> tuple[datetime, Contract | None]:
    """This instant, and the present holder's contract with its living account; earlier holders are not found
    (Q23).
    """
    statement = """
        SELECT clock.at, c.contract_key, c.customer_number, c.holder_kana_key, c.phone_numbers, c.closed_on,
            a.account_key
        FROM (SELECT now() AS at) AS clock
            LEFT JOIN contracts c ON c.customer_number = $1 AND c.replaced_at IS NULL
            LEFT JOIN accounts a ON a.contract_key = c.contract_key AND a.closed_at IS NULL
    """
    [row] = await tx.fetch(statement, customer_number)
    if row["contract_key"] is None:
        return row["at"], None
    return row["at"], Contract(
        contract_key=row["contract_key"],
        customer_number=CustomerNumber.stored(row["customer_number"]),
        holder_kana_key=row["holder_kana_key"],
        phone_numbers=frozenset(row["phone_numbers"]),
        closed_on=row["closed_on"],
        account_key=row["account_key"],
    )


async def begin_import(tx: Transaction) -> None:
    """Makes an empty staging table, of which each row knows its line in the file."""
    await tx.execute("""
        CREATE TEMP TABLE staged (LIKE contracts, line int NOT NULL, fate text NOT NULL DEFAULT 'added')
            ON COMMIT DROP;
        ALTER TABLE staged ALTER contract_key DROP NOT NULL
    """)


async def stage(tx: Transaction, exported: Iterable[ExportedContract]) -> None:
    """Copies what the billing system tells into the staging table, as it comes out of the file."""
    records = (
        (
            contract.line,
            contract.customer_number,
            contract.holder_kind,
            contract.holder_kana.key,
            contract.holder_kana,
            list(contract.phone_numbers),
            contract.state,
            contract.began_on,
            contract.closed_on,
        )
        for contract in exported
    )
    await tx.copy_records_to_table("staged", records=records, columns=_STAGED)
    await tx.execute("ANALYZE staged")


async def repeated_numbers(tx: Transaction) -> AsyncIterator[RepeatedRow]:
    """Rows of the file whose number an earlier row has."""
    statement = """
        SELECT line, customer_number, first_line FROM (
            SELECT line, customer_number, min(line) OVER (PARTITION BY customer_number) AS first_line
            FROM staged
        ) AS row WHERE line > first_line ORDER BY line
    """
    async for row in each_row(tx, statement):
        yield RepeatedRow(row["line"], row["customer_number"], row["first_line"])


async def lock_contracts(tx: Transaction) -> None:
    """From here on one import at a time; proofs and logins go on reading. The planner counts anew: a table
    that it takes for empty it would join by looking at every staged row once for each stored one.
    """
    await tx.execute("LOCK TABLE contracts IN SHARE ROW EXCLUSIVE MODE; ANALYZE contracts, accounts")


async def compare_staged(tx: Transaction) -> None:
    """Finds the contract that each row is about, and the row's fate: added, unchanged, changed, renamed or
    replaced (Q23).
    """
    await tx.execute("""
        UPDATE staged s SET contract_key = c.contract_key, fate = CASE
            WHEN s.holder_kana_key <> c.holder_kana_key
                THEN CASE WHEN s.began_on = c.began_on THEN 'renamed' ELSE 'replaced' END
            WHEN (s.holder_kind, s.holder_kana, s.phone_numbers, s.state, s.began_on, s.closed_on)
                IS DISTINCT FROM
                (c.holder_kind, c.holder_kana, c.phone_numbers, c.state, c.began_on, c.closed_on)
                THEN 'changed'
            ELSE 'unchanged' END
        FROM contracts c WHERE c.customer_number = s.customer_number AND c.replaced_at IS NULL;
        ANALYZE staged  -- else the planner takes every key for NULL, as it was before
    """)


async def count_staged(tx: Transaction) -> ImportCounts:
    """Rows by fate, and how many contracts this file ends. Only before the changes are made."""
    [row] = await tx.fetch("""
        SELECT count(*) AS read, count(*) FILTER (WHERE fate = 'added') AS added,
            count(*) FILTER (WHERE fate IN ('changed', 'renamed', 'replaced')) AS changed,
            count(*) FILTER (WHERE fate = 'unchanged') AS unchanged,
            count(*) FILTER (WHERE s.state = 'closed' AND c.state = 'active') AS closed
        FROM staged s LEFT JOIN contracts c USING (contract_key)
    """)
    return ImportCounts(
        read=row["read"],
        added=row["added"],
        changed=row["changed"],
        unchanged=row["unchanged"],
        closed=row["closed"],
    )


async def freeze_accounts(tx: Transaction) -> list[UUID]:
    """Freezes living accounts of contracts whose holder has another name now; returns their keys (Q23)."""
    rows = await tx.fetch("""
        UPDATE accounts a SET frozen_at = now() FROM staged s
        WHERE a.contract_key = s.contract_key AND s.fate IN ('renamed', 'replaced')
            AND a.frozen_at IS NULL AND a.closed_at IS NULL
        RETURNING a.account_key
    """)
    return [row["account_key"] for row in rows]


async def retire_replaced(tx: Transaction) -> None:
    """Frees the customer numbers that passed on to another holder, on the day on which his contract began."""
    await tx.execute("""
        UPDATE contracts c SET replaced_at = now(), held_until = s.began_on FROM staged s
        WHERE s.contract_key = c.contract_key AND s.fate = 'replaced'
    """)


async def list_replaced(tx: Transaction, *, within: timedelta) -> list[UUID]:
    """The former contracts of numbers that passed on so lately, those of this transaction among them."""
    statement = "SELECT contract_key FROM contracts WHERE replaced_at > now() - $1::interval"
    return [row["contract_key"] for row in await tx.fetch(statement, within)]


async def change_contracts(tx: Transaction) -> None:
    """Writes what is new of contracts that keep their key."""
    await tx.execute("""
        UPDATE contracts c SET
            (holder_kind, holder_kana_key, holder_kana, phone_numbers, state, began_on, closed_on)
            = (s.holder_kind, s.holder_kana_key, s.holder_kana, s.phone_numbers, s.state, s.began_on,
                s.closed_on)
        FROM staged s WHERE c.contract_key = s.contract_key AND s.fate IN ('changed', 'renamed')
    """)


async def add_contracts(tx: Transaction) -> None:
    """Adds contracts of new numbers and of new holders, each with a key of its own."""
    await tx.execute("""
        INSERT INTO contracts
            (customer_number, holder_kind, holder_kana_key, holder_kana, phone_numbers, state, began_on,
                closed_on, held_since)
        SELECT customer_number, holder_kind, holder_kana_key, holder_kana, phone_numbers, state, began_on,
            closed_on, CASE WHEN fate = 'replaced' THEN began_on END
        FROM staged WHERE fate IN ('added', 'replaced')
    """)


async def withdraw_closing_notices(tx: Transaction) -> None:
    """A contract that runs again needs a new notice before its account may close."""
    await tx.execute("""
        UPDATE accounts a SET closing_notice_at = NULL FROM contracts c
        WHERE a.contract_key = c.contract_key AND c.state = 'active' AND a.closing_notice_at IS NOT NULL
    """)


async def record_import(
    tx: Transaction, counts: ImportCounts, *, frozen_accounts: int, imported_by: str, file_sha256: str
) -> None:
    """The audit row of an import (C11)."""
    statement = """
        INSERT INTO imports
            (imported_by, file_sha256, read_rows, added, changed, unchanged, closed, frozen_accounts)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    """
    await tx.execute(
        statement,
        imported_by,
        file_sha256,
        counts.read,
        counts.added,
        counts.changed,
        counts.unchanged,
        counts.closed,
        frozen_accounts,
    )


async def forget_replaced(tx: Transaction) -> int:
    """Deletes a batch of contracts that passed on long ago and of which no account is left; returns how
    many.
    """
    statement = """
        DELETE FROM contracts WHERE contract_key IN (
            SELECT contract_key FROM contracts AS c WHERE replaced_at < now() - make_interval(years => $1)
                AND NOT EXISTS (SELECT FROM accounts AS a WHERE a.contract_key = c.contract_key)
            LIMIT $2 FOR UPDATE SKIP LOCKED
        )
    """
    return affected(await tx.execute(statement, AUDITS_KEPT_YEARS, BATCH))


async def forget_imports(tx: Transaction) -> int:
    """Deletes a batch of audits that are old enough to go; returns how many."""
    statement = """
        DELETE FROM imports WHERE id IN (
            SELECT id FROM imports WHERE imported_at < now() - make_interval(years => $1) LIMIT $2
        )
    """
    return affected(await tx.execute(statement, AUDITS_KEPT_YEARS, BATCH))
