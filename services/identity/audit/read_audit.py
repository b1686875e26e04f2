"""The desk reads the audit trail, which is told in it."""

from __future__ import annotations

from chassis.database.db import Database
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind, AuditQuestion, ToldEntry


async def read_audit(
    database: Database, question: AuditQuestion, *, done_by: str, reason: str
) -> list[ToldEntry]:
    """What was told, newest first. In the same transaction it is told who read it and why, of each account
    that the question is about.
    """
    async with database.transaction() as tx:
        subjects = await audit.find_subjects(tx, question)
        found = await audit.list_told(tx, question, subjects)
        for account_key in subjects.account_keys or [None]:
            entry = AuditEntry(AuditKind.AUDIT_READ, account_key, done_by=done_by, reason=reason)
            await audit.add(tx, entry)
    return found
