"""The step that a change begins with which a customer makes in his session."""

from __future__ import annotations

from chassis.database.db import Transaction
from chassis.messaging.refusal import Refusal
from messages.identity import RefusalCode
from services.identity.sessions import repository as sessions
from services.identity.sessions.domain import Session


async def locked_session(tx: Transaction, session_token_hash: str) -> Session:
    """The living session, seen just now. Its account was locked before it, so that no two changes wait for
    each other. Refusal: SESSION_ENDED.
    """
    await sessions.lock_account_of(tx, session_token_hash)
    session = await sessions.keep_alive(tx, session_token_hash)
    if session is None:
        raise Refusal(RefusalCode.SESSION_ENDED)
    return session
