"""The desk has spoken with the holder: his account works again (Q23)."""

from __future__ import annotations

from chassis.database.db import Database
from messages.values import AccountId, CustomerNumber
from services.identity.accounts import repository as accounts
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind


async def unfreeze_account(
    database: Database, whose: CustomerNumber | AccountId, *, done_by: str, reason: str
) -> bool:
    """Ends the freeze, and notes who did it and why. Named by account ID it may be a former holder's: until
    his quarantine is over, he reads his own months and none of the new holder's.

    False if there is nothing to unfreeze: no account, or none that is frozen.
    """
    async with database.transaction() as tx:
        account_key = await accounts.find_account_key_of(tx, whose)
        if account_key is None or not await accounts.unfreeze(tx, account_key):
            return False
        entry = AuditEntry(AuditKind.ACCOUNT_UNFROZEN, account_key, done_by=done_by, reason=reason)
        await audit.add(tx, entry)
    return True
