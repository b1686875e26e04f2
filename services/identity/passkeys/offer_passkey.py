"""[パスキーを登録する], after the password was typed again, and a code where the second factor is on."""

from __future__ import annotations

from uuid import UUID

from chassis.database.db import Transaction
from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from messages.account_settings import TypedPassword
from messages.passkeys import OfferPasskey, PasskeyOffered, RefusalCode
from messages.second_factor import RefusalCode as FactorCode
from messages.second_factor import TypedCode
from services.identity.own_account.password_again import (
    account_with_password,
    locked_as_judged,
    renew_session,
)
from services.identity.passkeys import repository as passkeys
from services.identity.passkeys.domain import PASSKEYS_OF_AN_ACCOUNT
from services.identity.second_factor.code_judgement import take_code
from services.identity.second_factor.repository import find_second_factor
from services.identity.service import Identity


async def offer_passkey(service: Identity, command: OfferPasskey, received: DeliveryInfo) -> PasskeyOffered:
    """A passkey may be added by whoever signs the challenge in a session of this account. The session has
    another token from now on. A press that is repeated has the same challenge: its code, taken already, is
    not judged again.

    Refusals: SESSION_ENDED, WRONG_PASSWORD, TOO_MANY_PASSWORDS, TOO_MANY_PASSKEYS; with a second factor also
    SECOND_FACTOR_ASKED, WRONG_CODE, TOO_MANY_CODES.
    """
    typed = service.unsealer.open(command.password, TypedPassword, bound_to=command.session_token_hash)
    session, renewed_as = command.session_token_hash, command.next_token_hash
    judged = await account_with_password(service, session, typed.password, renewed_as=renewed_as)
    renewed = False
    async with service.database.transaction() as tx:
        account_key = (await locked_as_judged(tx, judged)).account_key
        is_offered = await passkeys.is_offered(tx, account_key, command.challenge_hash)
        if not is_offered:
            is_offered = await _offer(service, tx, account_key, command)
        if is_offered:
            renewed = await renew_session(service, tx, session, renewed_as)
    if not is_offered:
        raise Refusal(FactorCode.WRONG_CODE)
    return PasskeyOffered(session_renewed=renewed)


async def _offer(service: Identity, tx: Transaction, account_key: UUID, command: OfferPasskey) -> bool:
    """False for a wrong code."""
    if len(await passkeys.list_passkeys(tx, account_key)) >= PASSKEYS_OF_AN_ACCOUNT:
        raise Refusal(RefusalCode.TOO_MANY_PASSKEYS)
    is_on = await find_second_factor(tx, account_key) is not None
    if is_on and not await _takes_code(service, tx, account_key, command):
        return False
    await passkeys.offer(tx, account_key, command.challenge_hash)
    return True


async def _takes_code(service: Identity, tx: Transaction, account_key: UUID, command: OfferPasskey) -> bool:
    """A passkey opens sessions without a code: with the password alone it would be a way around it."""
    if command.code is None:
        raise Refusal(FactorCode.SECOND_FACTOR_ASKED)
    code = service.unsealer.open(command.code, TypedCode, bound_to=command.session_token_hash).code
    network, device = command.client_network, command.device
    factor = await take_code(service, tx, account_key, code, client_network=network, device=device)
    return factor is not None
