"""[ログイン] with an ID and a password."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid5

from chassis.database import throttle
from chassis.database.db import Transaction
from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from messages.account_notices import AccountChange
from messages.identity import Credentials, LogIn, RefusalCode, SessionShown
from services.identity.accounts import repository as accounts
from services.identity.accounts.account_change import account_changed
from services.identity.accounts.domain import Account
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.service import Identity
from services.identity.sessions import repository as sessions
from services.identity.sessions.domain import Session, folded_account_id
from services.identity.sessions.session_shown import session_shown

FAILED_LOGINS_OF_AN_ACCOUNT = throttle.Limit(5, timedelta(minutes=15))  # X10, L4
FAILED_LOGINS_OF_A_NETWORK = throttle.Limit(20, timedelta(minutes=15))  # X12, L4


async def log_in(service: Identity, command: LogIn, received: DeliveryInfo) -> SessionShown:
    """[ログイン]. One hash on every path (L2, X15). Simultaneous guesses see each other (X10), and only a
    wrong password counts for the fifteen minutes: what we could not answer costs the customer nothing.

    Each statement is whole by itself: the trial is on record before the hash, and of a session that was
    opened but not shown nobody has the token.
    """
    credentials = service.unsealer.open(command.credentials, Credentials, bound_to=command.session_token_hash)
    account_id = folded_account_id(credentials.account_id)
    async with service.database.autocommit() as tx:
        trial = await _begun(service, tx, command, account_id)
        account = await accounts.find_account_by_id(tx, account_id)
    right = await service.hasher.matches(credentials.password, account.password_hash if account else None)
    if account is None or not right:
        await _tell_of_failure(service, command, account, trial)
        raise Refusal(RefusalCode.WRONG_CREDENTIALS)
    session = await _opened(service, command, account)
    if session is None:
        raise Refusal(RefusalCode.ACCOUNT_FROZEN)
    return session_shown(session, service.signer)


async def _begun(service: Identity, tx: Transaction, command: LogIn, account_id: str) -> throttle.Trial:
    """Raises TOO_MANY_LOGINS."""
    own = service.log_ins_of(account_id)
    limits = (own, FAILED_LOGINS_OF_AN_ACCOUNT), (_network(command), FAILED_LOGINS_OF_A_NETWORK)
    try:
        return await throttle.begin_trial(tx, RefusalCode.TOO_MANY_LOGINS, *limits)
    except Refusal:
        await sessions.tell_of_throttled_log_in(
            tx, account_id, client_network=command.client_network, device=command.device
        )
        raise


def _network(command: LogIn) -> str:
    return f"login.network:{command.client_network}"


async def _tell_of_failure(
    service: Identity, command: LogIn, account: Account | None, trial: throttle.Trial
) -> None:
    """Counts it, once for what is asked twice. Of an ID that nobody has, the audit names nobody."""
    async with service.database.autocommit() as tx:
        if command.asked_before:
            await throttle.withdraw(tx, trial)
        else:
            await throttle.judge_wrong(tx, trial, _network(command))
            await audit.add(tx, _entry(AuditKind.LOG_IN_FAILED, command, account))


async def _opened(service: Identity, command: LogIn, account: Account) -> Session | None:
    """None for a frozen account. The holder is told of a new kind of device before anybody is let in."""
    async with service.database.autocommit() as tx:
        await throttle.clear(tx, service.log_ins_of(account.account_id.folded))
        is_new_device = await sessions.open_session(
            tx,
            command.session_token_hash,
            account.account_key,
            client_network=command.client_network,
            device=command.device,
        )
        session = await sessions.keep_alive(tx, command.session_token_hash)
        if session is None:
            await audit.add(tx, _entry(AuditKind.LOG_IN_WHILE_FROZEN, command, account))
    if session and is_new_device:
        async with service.database.transaction() as tx:
            changed = account_changed(
                service,
                account,
                AccountChange.NEW_DEVICE,
                happened_at=session.last_seen_at,
                device=command.device,
                notice_key=uuid5(account.account_key, command.session_token_hash),
            )
            await service.outbox.add(tx, changed)
    return session


def _entry(kind: AuditKind, command: LogIn, account: Account | None) -> AuditEntry:
    account_key = account.account_key if account else None
    return AuditEntry(kind, account_key, client_network=command.client_network, device=command.device)
