"""The desk ends what a customer, or somebody in his name, has open: every gateway hears of it at once."""

from __future__ import annotations

from chassis.database.db import Database
from chassis.messaging.outbox import Outbox
from messages.identity import SessionEnded
from messages.values import CustomerNumber
from services.identity.accounts import repository as accounts


async def end_sessions(
    database: Database, customer_number: CustomerNumber, *, done_by: str, reason: str
) -> int:
    """How many sessions of the number's present holder were ended; it is noted who did it and why."""
    async with database.transaction() as tx:
        account_key = await accounts.find_account_key_of(tx, customer_number)
        if account_key is None:
            return 0
        ended = await accounts.end_sessions_of(tx, [account_key])
        outbox = Outbox(database)
        for session_token_hash in ended:
            await outbox.add(tx, SessionEnded(session_token_hash=session_token_hash))
        await accounts.note_desk_action(
            tx, account_key, action="end_sessions", done_by=done_by, reason=reason
        )
    return len(ended)
