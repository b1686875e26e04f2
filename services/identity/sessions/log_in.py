"""[ログイン] with an ID and a password."""

from __future__ import annotations

from uuid import UUID

from chassis.database import throttle
from chassis.database.db import Transaction
from chassis.database.throttle import Bucket, Trial
from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from messages.account_settings import RefusalCode as SettingsCode
from messages.identity import Credentials, LogIn, RefusalCode, SessionShown
from messages.second_factor import RefusalCode as FactorCode
from messages.values import LONGEST_PASSWORD
from services.identity.accounts import repository as accounts
from services.identity.accounts.domain import Account
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.service import Identity
from services.identity.sessions import repository as sessions
from services.identity.sessions.domain import Session, folded_account_id
from services.identity.sessions.new_device import new_device_told
from services.identity.sessions.session_shown import session_shown

LOG_INS_OF_ALL = "login.all"


async def log_in(service: Identity, command: LogIn, received: DeliveryInfo) -> SessionShown:
    """[ログイン]. One hash on every path (L2, X15). Simultaneous guesses see each other (X10), and only a
    wrong password counts for longer than seconds: what we could not answer costs the customer nothing.

    Each statement is whole by itself: the trial is on record before the hash, and of a session that was
    opened but not shown nobody has the token.
    """
    credentials = service.unsealer.open(command.credentials, Credentials, bound_to=command.session_token_hash)
    async with service.database.autocommit() as tx:
        account = await accounts.find_account_by_id(tx, folded_account_id(credentials.account_id))
        trial = await _begun(service, tx, command, credentials, account)
    is_right = await _is_right(service, credentials, account)
    if account is None or not is_right:
        counts = bool(credentials.password) and not command.asked_before
        await _judge_wrong(service, command, account, trial, counts=counts)
        raise Refusal(RefusalCode.WRONG_CREDENTIALS)
    renewed_hash = await service.hasher.renewed(credentials.password, account.password_hash)
    password_hash = renewed_hash or account.password_hash
    session = await _opened(service, command, trial, account, renewed_hash)
    if session is None:
        code = await _why_none_was_opened(service, command, account.account_key, password_hash)
        if code is not RefusalCode.WRONG_CREDENTIALS or command.asked_before:
            raise Refusal(code)
        # Another hash by now: of another password, or of this one by a press of the same moment.
        return await log_in(service, command.model_copy(update={"asked_before": True}), received)
    mark = service.device_mark(account.account_key, password_hash, command.device_token_hash)
    return session_shown(service, session, device_mark=mark)


async def _begun(
    service: Identity, tx: Transaction, command: LogIn, credentials: Credentials, account: Account | None
) -> Trial:
    """Raises TOO_MANY_LOGINS."""
    asked = _asked(service, command, credentials, account)
    try:
        return await throttle.begin_trial(tx, RefusalCode.TOO_MANY_LOGINS, *asked)
    except Refusal:
        account_id = folded_account_id(credentials.account_id)
        await sessions.tell_of_throttled_log_in(
            tx, account_id, client_network=command.client_network, device=command.device
        )
        raise


def _asked(
    service: Identity, command: LogIn, credentials: Credentials, account: Account | None
) -> tuple[Bucket, ...]:
    """What has to have room. A device from which the account's owner came before has a bucket of its own, so
    that no stranger can keep him out (X11); everybody else shares the account's, his network's and the one of
    all, whether there is such an account or not.
    """
    limits = service.limits
    subject = service.log_ins_of(folded_account_id(credentials.account_id))
    device, marks = command.device_token_hash, command.device_marks
    if account and service.knows_device(account.account_key, account.password_hash, device, marks):
        own = service.buckets.of("login.device", f"{account.account_key}:{device}")
        return (Bucket(own, limits.failed_log_ins_of_a_device),)
    network = service.buckets.of("login.network", command.client_network)
    welcome = service.buckets.of("login.welcome", command.client_network)
    return (
        Bucket(subject, limits.failed_log_ins_of_an_account),
        Bucket(network, limits.failed_log_ins_of_a_network, subject, room_from=welcome),
        Bucket(LOG_INS_OF_ALL, limits.failed_log_ins_of_all, subject, everybody=True),
        Bucket(LOG_INS_OF_ALL, limits.alarm_log_ins_of_all, everybody=True, alarm="alarm_log_ins_of_all"),
    )


async def _is_right(service: Identity, credentials: Credentials, account: Account | None) -> bool:
    """One hash, whether there is an account or not, and whatever was typed: nothing at all, or what is too
    long for any password (X15).
    """
    if len(credentials.password) > LONGEST_PASSWORD:
        return await service.hasher.matches("", None)
    return await service.hasher.matches(credentials.password, account.password_hash if account else None)


async def _judge_wrong(
    service: Identity, command: LogIn, account: Account | None, trial: Trial, *, counts: bool
) -> None:
    """Nothing typed is no guess, nor is what was judged a moment ago a second one. Of an ID that nobody has,
    the audit names nobody.
    """
    async with service.database.autocommit() as tx:
        if not counts:
            await throttle.withdraw(tx, trial)
            return
        await throttle.judge_wrong(tx, trial)
        await audit.add(tx, _entry(AuditKind.LOG_IN_FAILED, command, account))


async def _opened(
    service: Identity, command: LogIn, trial: Trial, account: Account, renewed_hash: str | None
) -> Session | None:
    """None for a frozen account, one with a second factor, or one that got another password in this moment. A
    hash of today's cost takes the place of a cheaper one, and the holder is told of a new kind of device
    before anybody is let in.
    """
    async with service.database.autocommit() as tx:
        await throttle.judge_right(tx, trial)
        if renewed_hash is not None:
            await accounts.renew_password_hash(
                tx, account.account_key, old=account.password_hash, new=renewed_hash
            )
        is_new_device = await sessions.open_session(
            tx,
            command.session_token_hash,
            account.account_key,
            password_hash=renewed_hash or account.password_hash,
            client_network=command.client_network,
            device=command.device,
        )
        session = await sessions.keep_alive(tx, command.session_token_hash)
    if session and is_new_device:
        told = new_device_told(service, account, session, command.session_token_hash, command.device)
        async with service.database.transaction() as tx:
            await service.outbox.add(tx, told)
    return session


async def _why_none_was_opened(
    service: Identity, command: LogIn, account_key: UUID, judged: str
) -> RefusalCode | SettingsCode | FactorCode:
    """The password may have been changed while this one was judged (X33). Where a second factor is on, the
    log-in waits for its code from now on.
    """
    async with service.database.autocommit() as tx:
        if await sessions.await_code(tx, command.session_token_hash, account_key, password_hash=judged):
            return FactorCode.SECOND_FACTOR_ASKED
        account = await accounts.find_account(tx, account_key)
        if account is None or account.password_hash != judged:
            return RefusalCode.WRONG_CREDENTIALS
        await audit.add(tx, _entry(AuditKind.LOG_IN_WHILE_FROZEN, command, account))
    return SettingsCode.ACCOUNT_LEFT if account.has_left else RefusalCode.ACCOUNT_FROZEN


def _entry(kind: AuditKind, command: LogIn, account: Account | None) -> AuditEntry:
    account_key = account.account_key if account else None
    return AuditEntry(kind, account_key, client_network=command.client_network, device=command.device)
