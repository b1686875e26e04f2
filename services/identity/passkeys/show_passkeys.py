"""パスキー: which ones has the account of this session?"""

from __future__ import annotations

import base64

from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from chassis.security.sealing import seal_answer
from messages.identity import RefusalCode
from messages.passkeys import OwnPasskey, OwnPasskeys, PasskeysShown, ShowPasskeys
from services.identity.passkeys import repository as passkeys
from services.identity.passkeys.domain import PASSKEYS_OF_AN_ACCOUNT, Passkey, user_handle
from services.identity.second_factor.repository import find_second_factor
from services.identity.service import Identity
from services.identity.sessions import repository as sessions


async def show_passkeys(service: Identity, query: ShowPasskeys, received: DeliveryInfo) -> PasskeysShown:
    """Sealed for the asker alone. Refusal: SESSION_ENDED."""
    async with service.database.autocommit() as tx:
        session = await sessions.keep_alive(tx, query.session_token_hash)
        if session is None:
            raise Refusal(RefusalCode.SESSION_ENDED)
        found = await passkeys.list_passkeys(tx, session.account_key)
        factor = await find_second_factor(tx, session.account_key)
    own = OwnPasskeys(
        user_handle=_base64url(user_handle(session.account_key)),
        passkeys=tuple(map(_shown, found)),
        at_most=PASSKEYS_OF_AN_ACCOUNT,
        asks_for_code=factor is not None,
    )
    return PasskeysShown(own=seal_answer(own, query.answer_key, bound_to=query.session_token_hash))


def _shown(passkey: Passkey) -> OwnPasskey:
    return OwnPasskey(
        passkey_key=passkey.passkey_key,
        credential_id=_base64url(passkey.credential_id),
        transports=passkey.transports,
        name=passkey.name,
        made_at=passkey.made_at,
        last_used_at=passkey.last_used_at,
    )


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
