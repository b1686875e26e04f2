"""アカウント設定: what the customer's account says of him."""

from __future__ import annotations

from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from chassis.security.sealing import seal_answer
from messages.account_settings import OwnAccount, OwnAccountShown, ShowOwnAccount
from messages.identity import RefusalCode
from services.identity.accounts import repository as accounts
from services.identity.service import Identity
from services.identity.sessions import repository as sessions


async def show_own_account(
    service: Identity, query: ShowOwnAccount, received: DeliveryInfo
) -> OwnAccountShown:
    """What is personal is sealed for the asker alone. Refusal: SESSION_ENDED."""
    async with service.database.autocommit() as tx:
        session = await sessions.keep_alive(tx, query.session_token_hash)
        account = await accounts.find_account(tx, session.account_key) if session else None
    if account is None:
        raise Refusal(RefusalCode.SESSION_ENDED)
    own = OwnAccount(
        account_id=account.account_id, email_address=account.email_address, nickname=account.nickname
    )
    return OwnAccountShown(account=seal_answer(own, query.answer_key, bound_to=query.session_token_hash))
