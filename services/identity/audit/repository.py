"""All SQL of the audit trail, one function per statement. Times are the database's; every function works
inside the caller's transaction.
"""

from __future__ import annotations

from chassis.database.batches import BATCH
from chassis.database.db import Transaction
from services.identity.audit.domain import AuditEntry


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


async def forget_old(tx: Transaction) -> int:
    """Deletes a batch of entries that are old enough to go, as the database's owner has decided; returns how
    many.
    """
    forgotten: int = await tx.fetchval("SELECT forget_old_audit_entries($1)", BATCH)
    return forgotten
