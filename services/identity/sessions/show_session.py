"""Whose session is this? What every page behind the login asks."""

from __future__ import annotations

from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from messages.identity import RefusalCode, SessionShown, ShowSession
from services.identity.service import Identity
from services.identity.sessions import repository as sessions
from services.identity.sessions.session_shown import session_shown


async def show_session(service: Identity, query: ShowSession, received: DeliveryInfo) -> SessionShown:
    """Whose session is this? Asking keeps it alive (G18)."""
    async with service.database.autocommit() as tx:
        session = await sessions.keep_alive(tx, query.session_token_hash)
    if session is None:
        raise Refusal(RefusalCode.SESSION_ENDED)
    return session_shown(service, session)
