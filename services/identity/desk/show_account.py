"""The desk looks at an account."""

from __future__ import annotations

from chassis.database.db import Database
from messages.values import AccountId, CustomerNumber
from services.identity.accounts import repository as accounts
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.desk import repository as desk
from services.identity.desk.domain import AccountAtDesk


async def show_account(
    database: Database, whose: CustomerNumber | AccountId, *, done_by: str, reason: str
) -> AccountAtDesk | None:
    """What the desk needs on the telephone, and no more; None if there is no such account. It is noted who
    looked and why.
    """
    async with database.transaction() as tx:
        account_key = await accounts.find_account_key_of(tx, whose)
        if account_key is None:
            return None
        found = await desk.show_at_desk(tx, account_key)
        entry = AuditEntry(AuditKind.ACCOUNT_SHOWN, account_key, done_by=done_by, reason=reason)
        await audit.add(tx, entry)
    return found
