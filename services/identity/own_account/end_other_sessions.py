"""[ほかのすべての端末をログアウトする]."""

from __future__ import annotations

from chassis.process.runner import DeliveryInfo
from messages.identity import SessionEnded
from messages.own_sessions import EndOtherSessions, OwnSessionsEnded
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.service import Identity
from services.identity.sessions import repository as sessions
from services.identity.sessions.locked_session import locked_session


async def end_other_sessions(
    service: Identity, command: EndOtherSessions, received: DeliveryInfo
) -> OwnSessionsEnded:
    """Ends every session of the account but this one, on every gateway, and every log-in that waits for a
    code. Refusal: SESSION_ENDED.
    """
    async with service.database.transaction() as tx:
        session = await locked_session(tx, command.session_token_hash)
        key, kept = session.account_key, command.session_token_hash
        ended = await sessions.end_others(tx, key, kept=kept)
        for token_hash in ended:
            await service.outbox.add(tx, SessionEnded(session_token_hash=token_hash))
        if ended:
            kind, network = AuditKind.SESSIONS_ENDED_BY_OWNER, command.client_network
            await audit.add(tx, AuditEntry(kind, key, client_network=network))
    return OwnSessionsEnded()
