"""[ログイン] with an ID and a password."""

from __future__ import annotations

from datetime import timedelta

from chassis.database import throttle
from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from messages.account_settings import RefusalCode as SettingsCode
from messages.identity import Credentials, LogIn, RefusalCode, SessionShown
from services.identity.accounts import repository as accounts
from services.identity.service import Identity
from services.identity.sessions import repository as sessions
from services.identity.sessions.domain import folded_account_id
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
    own = service.log_ins_of(account_id)
    network = f"login.network:{command.client_network}"
    limits = (own, FAILED_LOGINS_OF_AN_ACCOUNT), (network, FAILED_LOGINS_OF_A_NETWORK)
    async with service.database.autocommit() as tx:
        trial = await throttle.begin_trial(tx, RefusalCode.TOO_MANY_LOGINS, *limits)
        account = await accounts.find_account_by_id(tx, account_id)
    right = await service.hasher.matches(credentials.password, account.password_hash if account else None)
    async with service.database.autocommit() as tx:
        if account is None or not right:
            session = None
            if command.asked_before:
                await throttle.withdraw(tx, trial)
            else:
                await throttle.judge_wrong(tx, trial, network)
        else:
            await throttle.clear(tx, own)
            await sessions.open_session(tx, command.session_token_hash, account.account_key)
            session = await sessions.keep_alive(tx, command.session_token_hash)
    if not right:
        raise Refusal(RefusalCode.WRONG_CREDENTIALS)
    if session is None:
        has_left = account is not None and account.has_left
        raise Refusal(SettingsCode.ACCOUNT_LEFT if has_left else RefusalCode.ACCOUNT_FROZEN)
    return session_shown(session, service.signer)
