"""[削除する] of a passkey."""

from __future__ import annotations

from chassis.database import db
from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from messages.account_notices import AccountChange
from messages.identity import RefusalCode
from messages.passkeys import PasskeyRemoved, RemovePasskey
from services.identity.accounts import repository as accounts
from services.identity.accounts.account_change import account_changed
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.passkeys import repository as passkeys
from services.identity.service import Identity
from services.identity.sessions.locked_session import locked_session


async def remove_passkey(service: Identity, command: RemovePasskey, received: DeliveryInfo) -> PasskeyRemoved:
    """Nobody logs in with it any more; the holder is told by mail. Of one that is gone, or another account's,
    nothing is done and nothing said. Refusal: SESSION_ENDED.
    """
    async with service.database.transaction() as tx:
        session = await locked_session(tx, command.session_token_hash)
        account = await accounts.find_account(tx, session.account_key)
        if account is None:
            raise Refusal(RefusalCode.SESSION_ENDED)
        if await passkeys.remove_passkey(tx, account.account_key, command.passkey_key):
            kind, network = AuditKind.PASSKEY_REMOVED, command.client_network
            await audit.add(tx, AuditEntry(kind, account.account_key, client_network=network))
            now = await db.now(tx)
            told = account_changed(service, account, AccountChange.PASSKEY_REMOVED, happened_at=now)
            await service.outbox.add(tx, told)
    return PasskeyRemoved()
