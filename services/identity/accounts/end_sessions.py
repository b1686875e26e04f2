"""The desk ends what a customer, or somebody in his name, has open: every gateway hears of it at once."""

from __future__ import annotations

from chassis.database.db import Database, now
from chassis.messaging.outbox import Outbox
from messages.account_notices import AccountChange
from messages.values import AccountId, CustomerNumber
from services.identity.accounts import repository as accounts
from services.identity.accounts.account_change import desk_changed
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind


async def end_sessions(
    database: Database, whose: CustomerNumber | AccountId, *, done_by: str, reason: str
) -> int:
    """How many sessions of the number's present holder, or of the ID, were ended; it is noted who did it and
    why, and the holder is told by mail if there were any.
    """
    async with database.transaction() as tx:
        account_key = await accounts.find_account_key_of(tx, whose)
        if account_key is None:
            return 0
        ended = await accounts.end_sessions_of(tx, [account_key])
        entry = AuditEntry(AuditKind.SESSIONS_ENDED, account_key, done_by=done_by, reason=reason)
        await audit.add(tx, entry)
        if ended:
            told = desk_changed(account_key, AccountChange.SESSIONS_ENDED, happened_at=await now(tx))
            await Outbox(database).add(tx, told)
    return len(ended)
