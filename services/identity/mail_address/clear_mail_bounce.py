"""The desk has spoken with the customer: mails arrive again."""

from __future__ import annotations

from chassis.database.db import Database
from messages.values import AccountId, CustomerNumber
from services.identity.accounts import repository as accounts
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.mail_address import repository as addresses


async def clear_mail_bounce(
    database: Database, whose: CustomerNumber | AccountId, *, done_by: str, reason: str
) -> bool:
    """Takes the mark off the account of whoever holds that customer number or has that ID, and notes who did
    it and why. A mail that left before this moment and comes back later marks it no more. False if there is
    no such mark.
    """
    async with database.transaction() as tx:
        account_key = await accounts.find_account_key_of(tx, whose)
        if account_key is None or not await addresses.clear_mail_bounce(tx, account_key):
            return False
        entry = AuditEntry(AuditKind.MAIL_BOUNCE_CLEARED, account_key, done_by=done_by, reason=reason)
        await audit.add(tx, entry)
    return True
