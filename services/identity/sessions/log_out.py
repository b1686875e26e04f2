"""[ログアウト]."""

from __future__ import annotations

from chassis.process.runner import DeliveryInfo
from messages.identity import LoggedOut, LogOut, SessionEnded
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.service import Identity
from services.identity.sessions import repository as sessions


async def log_out(service: Identity, command: LogOut, received: DeliveryInfo) -> LoggedOut:
    """[ログアウト]. Every gateway hears of it; a second time nothing happens."""
    async with service.database.transaction() as tx:
        account_key = await sessions.end_session(tx, command.session_token_hash)
        if account_key:
            await audit.add(tx, AuditEntry(AuditKind.LOGGED_OUT, account_key))
            await service.outbox.add(tx, SessionEnded(session_token_hash=command.session_token_hash))
    return LoggedOut()
