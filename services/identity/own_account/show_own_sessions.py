"""ログイン中の端末: where is the customer of this session logged in?"""

from __future__ import annotations

from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from messages.identity import RefusalCode
from messages.own_sessions import OwnSession, OwnSessionsShown, ShowOwnSessions
from services.identity.own_account import repository
from services.identity.service import Identity
from services.identity.sessions import repository as sessions


async def show_own_sessions(
    service: Identity, query: ShowOwnSessions, received: DeliveryInfo
) -> OwnSessionsShown:
    """Neither tokens nor their hashes. Refusal: SESSION_ENDED."""
    async with service.database.autocommit() as tx:
        account_key = await sessions.find_account_key(tx, query.session_token_hash)
        if account_key is None:
            raise Refusal(RefusalCode.SESSION_ENDED)
        found = await repository.list_open_sessions(tx, account_key, asked_by=query.session_token_hash)
    shown = [
        OwnSession(
            session_key=each.session_key,
            device=each.device,
            began_at=each.began_at,
            last_seen_at=each.last_seen_at,
            is_askers=each.is_askers,
        )
        for each in found
    ]
    return OwnSessionsShown(sessions=tuple(shown))
