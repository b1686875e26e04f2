"""[パスキーを登録する], after the password was typed again."""

from __future__ import annotations

from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from messages.account_settings import TypedPassword
from messages.passkeys import OfferPasskey, PasskeyOffered, RefusalCode
from services.identity.own_account.password_again import (
    account_with_password,
    locked_as_judged,
    renew_session,
)
from services.identity.passkeys import repository as passkeys
from services.identity.passkeys.domain import PASSKEYS_OF_AN_ACCOUNT
from services.identity.service import Identity


async def offer_passkey(service: Identity, command: OfferPasskey, received: DeliveryInfo) -> PasskeyOffered:
    """A passkey may be added by whoever signs the challenge in a session of this account. The session has
    another token from now on.

    Refusals: SESSION_ENDED, WRONG_PASSWORD, TOO_MANY_PASSWORDS, TOO_MANY_PASSKEYS.
    """
    typed = service.unsealer.open(command.password, TypedPassword, bound_to=command.session_token_hash)
    session, renewed_as = command.session_token_hash, command.next_token_hash
    judged = await account_with_password(service, session, typed.password, renewed_as=renewed_as)
    async with service.database.transaction() as tx:
        account = await locked_as_judged(tx, judged)
        renewed = await renew_session(service, tx, session, renewed_as)
        if len(await passkeys.list_passkeys(tx, account.account_key)) >= PASSKEYS_OF_AN_ACCOUNT:
            raise Refusal(RefusalCode.TOO_MANY_PASSKEYS)
        await passkeys.offer(tx, account.account_key, command.challenge_hash)
    return PasskeyOffered(session_renewed=renewed)
