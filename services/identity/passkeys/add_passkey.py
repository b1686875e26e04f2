"""[パスキーを作成する]: what the browser made is a passkey of the account from now on."""

from __future__ import annotations

from chassis.database import db
from chassis.database.db import Transaction
from chassis.messaging.refusal import Refusal
from chassis.process.logger import Logger
from chassis.process.runner import DeliveryInfo
from chassis.security.tokens import new_key, token_hash
from chassis.security.web_authentication import MadeCredential, Unproved, judge_made
from messages.account_notices import AccountChange
from messages.identity import RefusalCode as IdentityCode
from messages.passkeys import ALGORITHMS, AddPasskey, MadePasskey, PasskeyAdded, RefusalCode
from services.identity.accounts import repository as accounts
from services.identity.accounts.account_change import account_changed
from services.identity.accounts.domain import Account
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.passkeys import repository as passkeys
from services.identity.passkeys.domain import PASSKEYS_OF_AN_ACCOUNT
from services.identity.service import Identity
from services.identity.sessions.locked_session import locked_session

_log = Logger()


async def add_passkey(service: Identity, command: AddPasskey, received: DeliveryInfo) -> PasskeyAdded:
    """Once for each offer; the holder is told by mail. What proves nothing leaves the offer as it is.

    Refusals: SESSION_ENDED, PASSKEY_OFFER_ENDED, PASSKEY_NOT_MADE, PASSKEY_KNOWN, TOO_MANY_PASSKEYS.
    """
    made = service.unsealer.open(command.made, MadePasskey, bound_to=command.session_token_hash)
    credential = _judged(made, command.origin)
    challenge_hash, session = token_hash(made.challenge), command.session_token_hash
    async with service.database.transaction() as tx:
        account = await _account(tx, command)
        key, known = account.account_key, await passkeys.list_passkeys(tx, account.account_key)
        if not await passkeys.take_offer(tx, key, challenge_hash, session=session):
            if credential.credential_id in [each.credential_id for each in known]:
                return PasskeyAdded()  # the same press once more
            raise Refusal(RefusalCode.PASSKEY_OFFER_ENDED)
        if len(known) >= PASSKEYS_OF_AN_ACCOUNT:
            raise Refusal(RefusalCode.TOO_MANY_PASSKEYS)
        if not await passkeys.add_passkey(tx, new_key(), key, credential, made.name):
            raise Refusal(RefusalCode.PASSKEY_KNOWN)
        await _tell(service, tx, command, account)
    return PasskeyAdded()


async def _account(tx: Transaction, command: AddPasskey) -> Account:
    session = await locked_session(tx, command.session_token_hash)
    account = await accounts.find_account(tx, session.account_key)
    if account is None:
        raise Refusal(IdentityCode.SESSION_ENDED)
    return account


def _judged(made: MadePasskey, origin: str) -> MadeCredential:
    try:
        return judge_made(made.credential, challenge=made.challenge, origin=origin, algorithms=ALGORITHMS)
    except Unproved as unproved:
        _log.info("passkey.not_made", reason=str(unproved))
        raise Refusal(RefusalCode.PASSKEY_NOT_MADE) from None


async def _tell(service: Identity, tx: Transaction, command: AddPasskey, account: Account) -> None:
    kind, network = AuditKind.PASSKEY_ADDED, command.client_network
    entry = AuditEntry(kind, account.account_key, client_network=network, device=command.device)
    await audit.add(tx, entry)
    change, now = AccountChange.PASSKEY_ADDED, await db.now(tx)
    told = account_changed(service, account, change, happened_at=now, device=command.device)
    await service.outbox.add(tx, told)
