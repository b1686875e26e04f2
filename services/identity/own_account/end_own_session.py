"""[この端末をログアウトする]."""

from __future__ import annotations

from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from messages.identity import RefusalCode, SessionEnded
from messages.own_sessions import EndOwnSession, OwnSessionsEnded
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.own_account import repository
from services.identity.service import Identity
from services.identity.sessions import repository as sessions


async def end_own_session(
    service: Identity, command: EndOwnSession, received: DeliveryInfo
) -> OwnSessionsEnded:
    """Ends one session of the asker's account, on every gateway. Of one that is gone, or somebody else's,
    nothing is done, and the answer is the same. Refusal: SESSION_ENDED.
    """
    async with service.database.transaction() as tx:
        session = await sessions.keep_alive(tx, command.session_token_hash)
        if session is None:
            raise Refusal(RefusalCode.SESSION_ENDED)
        key, network = session.account_key, command.client_network
        for token_hash in await repository.end_session_of(tx, key, command.session_key):
            await service.outbox.add(tx, SessionEnded(session_token_hash=token_hash))
            kind = AuditKind.SESSIONS_ENDED_BY_OWNER
            await audit.add(tx, AuditEntry(kind, key, client_network=network))
    return OwnSessionsEnded()
