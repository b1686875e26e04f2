"""[ニックネームを変更する]."""

from __future__ import annotations

from chassis.process.runner import DeliveryInfo
from messages.account_settings import ChangeNickname, ChosenNickname, NicknameChanged
from services.identity.accounts import repository as accounts
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.service import Identity
from services.identity.sessions.locked_session import locked_session


async def change_nickname(
    service: Identity, command: ChangeNickname, received: DeliveryInfo
) -> NicknameChanged:
    """Pages and mails call the customer so from now on. Refusal: SESSION_ENDED."""
    chosen = service.unsealer.open(command.chosen, ChosenNickname, bound_to=command.session_token_hash)
    async with service.database.transaction() as tx:
        session = await locked_session(tx, command.session_token_hash)
        await accounts.change_nickname(tx, session.account_key, chosen.nickname)
        told = AuditEntry(
            AuditKind.NICKNAME_CHANGED, session.account_key, client_network=command.client_network
        )
        await audit.add(tx, told)
    return NicknameChanged()
