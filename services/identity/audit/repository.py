"""All SQL of the audit trail, one function per statement. Times are the database's; every function works
inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.database.batches import BATCH
from chassis.database.db import Row, Transaction
from messages.values import AccountId, Device
from services.identity.audit.domain import (
    EXPORTED_AT_MOST,
    HISTORY_AT_MOST,
    HISTORY_DAYS,
    SHOWN_TO_CUSTOMERS,
    AuditEntry,
    AuditKind,
    AuditQuestion,
    HistoryEntry,
    Subjects,
    ToldEntry,
)


async def add(tx: Transaction, entry: AuditEntry) -> None:
    """Tells of what the same transaction does: both happen, or neither."""
    statement = """
        INSERT INTO audit_entries
            (kind, account_key, contract_key, client_network, device, done_by, reason)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
    """
    await tx.execute(
        statement,
        entry.kind,
        entry.account_key,
        entry.contract_key,
        entry.client_network,
        entry.device,
        entry.done_by,
        entry.reason,
    )


async def add_for_each(tx: Transaction, kind: AuditKind, account_keys: Sequence[UUID]) -> None:
    """The same of many accounts, done by the system."""
    statement = "INSERT INTO audit_entries (kind, account_key) SELECT $1, unnest($2::uuid[])"
    await tx.execute(statement, kind, account_keys)


async def find_subjects(tx: Transaction, question: AuditQuestion) -> Subjects:
    """Whom the question is about: of a customer number all holders that are known, with their accounts."""
    statement = """
        SELECT c.contract_key, a.account_key FROM contracts c LEFT JOIN accounts a USING (contract_key)
        WHERE a.account_id_folded = $1 OR c.customer_number = $2
    """
    account_id = question.account_id.folded if question.account_id else None
    rows = await tx.fetch(statement, account_id, question.customer_number)
    return Subjects(
        account_keys=tuple(row["account_key"] for row in rows if row["account_key"]),
        contract_keys=tuple({row["contract_key"]: None for row in rows}) if question.customer_number else (),
    )


async def list_told(tx: Transaction, question: AuditQuestion, subjects: Subjects) -> list[ToldEntry]:
    """The newest entries of the period about those subjects, or about everybody."""
    statement = """
        SELECT e.*, a.account_id_as_typed FROM audit_entries e LEFT JOIN accounts a USING (account_key)
        WHERE e.happened_at >= $1 AND e.happened_at < $2
            AND ($3 OR e.account_key = ANY($4::uuid[]) OR e.contract_key = ANY($5::uuid[]))
        ORDER BY e.happened_at DESC, e.id DESC LIMIT $6
    """
    rows = await tx.fetch(
        statement,
        question.since,
        question.until,
        not question.is_about_somebody,
        subjects.account_keys,
        subjects.contract_keys,
        question.at_most,
    )
    return [
        ToldEntry(
            happened_at=row["happened_at"],
            kind=row["kind"],
            account_id=AccountId.stored(row["account_id_as_typed"]) if row["account_id_as_typed"] else None,
            client_network=row["client_network"],
            device=_device(row),
            done_by=row["done_by"],
            reason=row["reason"],
        )
        for row in rows
    ]


async def list_history(tx: Transaction, account_key: UUID) -> list[HistoryEntry]:
    """What the holder of the account may read of it: the last `HISTORY_DAYS`, newest first."""
    statement = """
        SELECT happened_at, kind, device FROM audit_entries
        WHERE account_key = $1 AND happened_at > now() - make_interval(days => $2) AND kind = ANY($3::text[])
        ORDER BY happened_at DESC, id DESC LIMIT $4
    """
    rows = await tx.fetch(statement, account_key, HISTORY_DAYS, sorted(SHOWN_TO_CUSTOMERS), HISTORY_AT_MOST)
    return [HistoryEntry(row["happened_at"], row["kind"], _device(row)) for row in rows]


async def list_kept_history(tx: Transaction, account_key: UUID) -> list[HistoryEntry]:
    """The same as far back as it is kept: the newest `EXPORTED_AT_MOST`, newest first."""
    statement = """
        SELECT happened_at, kind, device FROM audit_entries WHERE account_key = $1 AND kind = ANY($2::text[])
        ORDER BY happened_at DESC, id DESC LIMIT $3
    """
    rows = await tx.fetch(statement, account_key, sorted(SHOWN_TO_CUSTOMERS), EXPORTED_AT_MOST)
    return [HistoryEntry(row["happened_at"], row["kind"], _device(row)) for row in rows]


def _device(row: Row) -> Device | None:
    return Device.stored(row["device"]) if row["device"] else None


async def forget_old(tx: Transaction) -> int:
    """Deletes a batch of entries that are old enough to go, as the database's owner has decided; returns how
    many.
    """
    forgotten: int = await tx.fetchval("SELECT forget_old_audit_entries($1)", BATCH)
    return forgotten
