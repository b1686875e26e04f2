"""The desk has spoken with the holder: his account works again (Q23)."""

from __future__ import annotations

from chassis.database.db import Database, now
from chassis.messaging.outbox import Outbox
from messages.account_notices import AccountChange
from messages.values import AccountId, CustomerNumber
from services.identity.accounts import repository as accounts
from services.identity.accounts.account_change import desk_changed
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind


async def unfreeze_account(
    database: Database, whose: CustomerNumber | AccountId, *, done_by: str, reason: str
) -> bool:
    """Ends the freeze, which 退会 is as well, and notes who did it and why; the holder is told by mail. Named
    by account ID it may be a former holder's: until his quarantine is over, he reads his own months and none
    of the new holder's.

    False if there is nothing to unfreeze: no account, or none that is frozen.
    """
    async with database.transaction() as tx:
        account_key = await accounts.find_account_key_of(tx, whose)
        account = await accounts.lock_account(tx, account_key) if account_key else None
        if account is None or not account.is_frozen:
            return False
        await accounts.unfreeze(tx, account.account_key)
        if account.has_left:
            kind, change = AuditKind.ACCOUNT_RESTORED, AccountChange.ACCOUNT_RESTORED
        else:
            kind, change = AuditKind.ACCOUNT_UNFROZEN, AccountChange.ACCOUNT_UNFROZEN
        await audit.add(tx, AuditEntry(kind, account.account_key, done_by=done_by, reason=reason))
        told = desk_changed(account.account_key, change, happened_at=await now(tx))
        await Outbox(database).add(tx, told)
    return True
