"""ログイン履歴: what was done with the account of this session?"""

from __future__ import annotations

from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from messages.identity import RefusalCode
from messages.login_history import HistoryKind, HistoryLine, LoginHistoryShown, ShowLoginHistory
from services.identity.audit import repository as audit
from services.identity.service import Identity
from services.identity.sessions import repository as sessions


async def show_login_history(
    service: Identity, query: ShowLoginHistory, received: DeliveryInfo
) -> LoginHistoryShown:
    """From the audit trail, so that nobody could have corrected it. Raises SESSION_ENDED."""
    async with service.database.autocommit() as tx:
        account_key = await sessions.find_account_key(tx, query.session_token_hash)
        if account_key is None:
            raise Refusal(RefusalCode.SESSION_ENDED)
        found = await audit.list_history(tx, account_key)
    lines = [HistoryLine(happened_at=e.happened_at, kind=HistoryKind(e.kind), device=e.device) for e in found]
    return LoginHistoryShown(lines=tuple(lines))
