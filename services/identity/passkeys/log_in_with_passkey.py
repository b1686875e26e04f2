"""[パスキーでログイン]: a signature instead of ID and password."""

from __future__ import annotations

from chassis.database import throttle
from chassis.database.db import Transaction
from chassis.database.throttle import Bucket, Trial
from chassis.messaging.refusal import Refusal
from chassis.process.logger import Logger
from chassis.process.runner import DeliveryInfo
from chassis.security.tokens import token_hash
from chassis.security.web_authentication import SignedCredential, Unproved, judge_signed, read_signed
from messages.account_settings import RefusalCode as SettingsCode
from messages.identity import RefusalCode as IdentityCode
from messages.identity import SessionShown
from messages.passkeys import LogInWithPasskey, RefusalCode, SignedWithPasskey
from services.identity.accounts import repository as accounts
from services.identity.accounts.domain import Account
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.passkeys import repository as passkeys
from services.identity.passkeys.domain import Passkey
from services.identity.service import Identity
from services.identity.sessions import repository as sessions
from services.identity.sessions.domain import Session
from services.identity.sessions.new_device import new_device_told
from services.identity.sessions.session_shown import session_shown

_log = Logger()


async def log_in_with_passkey(
    service: Identity, command: LogInWithPasskey, received: DeliveryInfo
) -> SessionShown:
    """The session that ID and password would have opened, once for each challenge. The authenticator made
    sure of its user, so that a passkey stands for both factors (Web Authentication, 6.2.3). Whatever proves
    nothing is refused alike, and counts for the network. Delivered a second time it shows the session that it
    opened.

    Refusals: PASSKEY_REFUSED, PASSKEY_CHALLENGE_SPENT, TOO_MANY_LOGINS, ACCOUNT_FROZEN, ACCOUNT_LEFT.
    """
    asked = service.unsealer.open(command.signed, SignedWithPasskey, bound_to=command.session_token_hash)
    signed = _read(asked)
    async with service.database.autocommit() as tx:
        trial = await _begun(service, tx, command, signed)
        passkey = await passkeys.find_by_credential(tx, signed.credential_id)
        account = await accounts.find_account(tx, passkey.account_key) if passkey else None
        session = await sessions.keep_alive(tx, command.session_token_hash)  # of the first delivery
    if session is None:
        sign_count = _sign_count(passkey, signed, asked, command.origin)
        if passkey is None or account is None or sign_count is None:
            await _judge_wrong(service, command, trial, account)
            raise Refusal(RefusalCode.PASSKEY_REFUSED)
        session = await _opened(service, command, asked, passkey, account, sign_count)
    if account is None or session is None:
        raise await _frozen(service, command, trial, account)
    async with service.database.autocommit() as tx:
        await throttle.judge_right(tx, trial)
    mark = service.device_mark(account.account_key, account.password_hash, command.device_token_hash)
    return session_shown(service, session, device_mark=mark)


def _read(asked: SignedWithPasskey) -> SignedCredential:
    try:
        return read_signed(asked.credential)
    except Unproved as unproved:
        _log.info("passkey.refused", reason=str(unproved))
        raise Refusal(RefusalCode.PASSKEY_REFUSED) from None


async def _begun(
    service: Identity, tx: Transaction, command: LogInWithPasskey, signed: SignedCredential
) -> Trial:
    """Passkeys that fail count as IDs do (X12), whether there is such a passkey or not. Raises
    TOO_MANY_LOGINS.
    """
    limits = service.limits
    own = service.buckets.of("login.passkey", signed.credential_id.hex())
    network = service.buckets.of("login.network", command.client_network)
    welcome = service.buckets.of("login.welcome", command.client_network)
    return await throttle.begin_trial(
        tx,
        IdentityCode.TOO_MANY_LOGINS,
        Bucket(own, limits.failed_log_ins_of_a_device),
        Bucket(network, limits.failed_log_ins_of_a_network, own, room_from=welcome),
    )


def _sign_count(
    passkey: Passkey | None, signed: SignedCredential, asked: SignedWithPasskey, origin: str
) -> int | None:
    """What its authenticator counts by now; None unless the passkey proves its account."""
    try:
        if passkey is None:
            raise Unproved("nobody has that passkey")
        if not passkey.is_of(signed.user_handle):
            raise Unproved("it is meant for another account")
        return judge_signed(
            signed,
            challenge=asked.challenge,
            origin=origin,
            public_key=passkey.public_key,
            sign_count=passkey.sign_count,
        )
    except Unproved as unproved:
        _log.info("passkey.refused", reason=str(unproved))
        return None


async def _judge_wrong(
    service: Identity, command: LogInWithPasskey, trial: Trial, account: Account | None
) -> None:
    async with service.database.autocommit() as tx:
        await throttle.judge_wrong(tx, trial)
        await audit.add(tx, _entry(AuditKind.PASSKEY_FAILED, command, account))


async def _opened(
    service: Identity,
    command: LogInWithPasskey,
    asked: SignedWithPasskey,
    passkey: Passkey,
    account: Account,
    sign_count: int,
) -> Session | None:
    """None for a frozen account. Raises PASSKEY_CHALLENGE_SPENT, and PASSKEY_REFUSED where the same count was
    brought twice at this moment.
    """
    token, device = command.session_token_hash, command.device
    async with service.database.transaction() as tx:
        await accounts.lock_account(tx, account.account_key)
        if not await passkeys.spend_challenge(tx, token_hash(asked.challenge), session=token):
            raise Refusal(RefusalCode.PASSKEY_CHALLENGE_SPENT)
        if not await passkeys.note_use(tx, passkey.passkey_key, sign_count=sign_count):
            raise Refusal(RefusalCode.PASSKEY_REFUSED)
        is_new_device = await sessions.open_session(
            tx,
            token,
            account.account_key,
            client_network=command.client_network,
            device=device,
            second_factor_proved=True,
        )
        session = await sessions.keep_alive(tx, token)
        if session and is_new_device:
            await service.outbox.add(tx, new_device_told(service, account, session, token, device))
    return session


async def _frozen(
    service: Identity, command: LogInWithPasskey, trial: Trial, account: Account | None
) -> Refusal:
    async with service.database.autocommit() as tx:
        await throttle.judge_right(tx, trial)
        await audit.add(tx, _entry(AuditKind.LOG_IN_WHILE_FROZEN, command, account))
    has_left = account is not None and account.has_left
    return Refusal(SettingsCode.ACCOUNT_LEFT if has_left else IdentityCode.ACCOUNT_FROZEN)


def _entry(kind: AuditKind, command: LogInWithPasskey, account: Account | None) -> AuditEntry:
    account_key = account.account_key if account else None
    return AuditEntry(kind, account_key, client_network=command.client_network, device=command.device)
