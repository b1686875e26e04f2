"""The desk has spoken with the holder: his account works again (Q23)."""

from __future__ import annotations

from chassis.database.db import Database
from messages.values import CustomerNumber
from services.identity.accounts import repository as accounts
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind


async def unfreeze_account(
    database: Database, customer_number: CustomerNumber, *, done_by: str, reason: str
) -> bool:
    """Ends the freeze of the account of whoever holds that customer number, and notes who did it and why.

    False if there is nothing to unfreeze: no account, none that is frozen, or the number has another holder
    now and the account is a former one's.
    """
    async with database.transaction() as tx:
        account_key = await accounts.unfreeze(tx, customer_number)
        if account_key is None:
            return False
        entry = AuditEntry(AuditKind.ACCOUNT_UNFROZEN, account_key, done_by=done_by, reason=reason)
        await audit.add(tx, entry)
    return True
