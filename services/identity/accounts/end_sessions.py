"""The desk ends what a customer, or somebody in his name, has open: every gateway hears of it at once."""

from __future__ import annotations

from chassis.database.db import Database, now
from chassis.messaging.outbox import Outbox
from chassis.security.tokens import new_key
from messages.account_notices import AccountChange, DeskChangedAccount
from messages.identity import SessionEnded
from messages.values import CustomerNumber
from services.identity.accounts import repository as accounts
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind


async def end_sessions(
    database: Database, customer_number: CustomerNumber, *, done_by: str, reason: str
) -> int:
    """How many sessions of the number's present holder were ended; it is noted who did it and why, and the
    holder is told by mail if there were any. Rows that are deleted by hand instead live on in a gateway's
    memory for up to a minute.
    """
    async with database.transaction() as tx:
        account_key = await accounts.find_account_key_of(tx, customer_number)
        if account_key is None:
            return 0
        ended = await accounts.end_sessions_of(tx, [account_key])
        outbox = Outbox(database)
        for session_token_hash in ended:
            await outbox.add(tx, SessionEnded(session_token_hash=session_token_hash))
        entry = AuditEntry(AuditKind.SESSIONS_ENDED, account_key, done_by=done_by, reason=reason)
        await audit.add(tx, entry)
        if ended:
            told = DeskChangedAccount(
                notice_key=new_key(),
                account_key=account_key,
                change=AccountChange.SESSIONS_ENDED,
                happened_at=await now(tx),
            )
            await outbox.add(tx, told)
    return len(ended)
