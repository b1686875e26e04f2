"""The desk has spoken with the customer: mails arrive again."""

from __future__ import annotations

from chassis.database.db import Database
from messages.values import CustomerNumber
from services.identity.accounts import repository as accounts
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind


async def clear_mail_bounce(
    database: Database, customer_number: CustomerNumber, *, done_by: str, reason: str
) -> bool:
    """Takes the mark off the account of whoever holds that customer number, and notes who did it and why. A
    mail that left before this moment and comes back later marks it no more. False if there is no such mark.
    """
    async with database.transaction() as tx:
        account_key = await accounts.clear_mail_bounce(tx, customer_number)
        if account_key is None:
            return False
        entry = AuditEntry(AuditKind.MAIL_BOUNCE_CLEARED, account_key, done_by=done_by, reason=reason)
        await audit.add(tx, entry)
    return True
