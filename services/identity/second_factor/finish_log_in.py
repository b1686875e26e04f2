"""[ログイン] of the second page: the code, after ID and password were right."""

from __future__ import annotations

from chassis.database import throttle
from chassis.database.db import Transaction
from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from messages.account_notices import AccountChange
from messages.identity import SessionShown
from messages.second_factor import FinishLogIn, RefusalCode, TypedCode
from services.identity.accounts import repository as accounts
from services.identity.second_factor import repository
from services.identity.second_factor.code_judgement import take_code, tell_holder
from services.identity.second_factor.domain import PendingLogIn
from services.identity.service import Identity
from services.identity.sessions import repository as sessions
from services.identity.sessions.new_device import new_device_told
from services.identity.sessions.session_shown import session_shown


async def finish_log_in(service: Identity, command: FinishLogIn, received: DeliveryInfo) -> SessionShown:
    """The session, opened under the hash that has waited. Once: then the same form alone, sent again, is
    shown that session. After five wrong codes, or five minutes, the log-in has to begin again.

    Refusals: LOG_IN_AGAIN, WRONG_CODE, TOO_MANY_CODES.
    """
    code = service.unsealer.open(command.code, TypedCode, bound_to=command.session_token_hash)
    async with service.database.transaction() as tx:
        pending = await _locked(tx, command.session_token_hash)
        if pending.finished_by == command.form_key:
            refused = None
        elif not pending.may_try:
            raise Refusal(RefusalCode.LOG_IN_AGAIN)
        else:
            refused = await _judge(service, tx, command, pending, code)
        shown = await _shown(service, tx, command, pending) if refused is None else None
    if shown is None:
        raise Refusal(refused or RefusalCode.LOG_IN_AGAIN)
    return shown


async def _locked(tx: Transaction, session_token_hash: str) -> PendingLogIn:
    """As it is when nobody else has the account in hand. Refusal: LOG_IN_AGAIN."""
    pending = await repository.find_pending(tx, session_token_hash)
    if pending is not None:
        await repository.lock_account(tx, pending.account_key)
        pending = await repository.find_pending(tx, session_token_hash)
    if pending is None:
        raise Refusal(RefusalCode.LOG_IN_AGAIN)
    return pending


async def _judge(
    service: Identity, tx: Transaction, command: FinishLogIn, pending: PendingLogIn, typed: TypedCode
) -> RefusalCode | None:
    """None: the code was taken, and the log-in is finished."""
    network, device = command.client_network, command.device
    taken = await take_code(
        service, tx, pending.account_key, typed.code, client_network=network, device=device
    )
    if taken is not None:
        await repository.finish(tx, command.session_token_hash, command.form_key)
        return None
    if not await repository.count_wrong_code(tx, command.session_token_hash):
        return RefusalCode.WRONG_CODE
    await _tell_of_misses(service, tx, command, pending)
    return RefusalCode.LOG_IN_AGAIN


async def _tell_of_misses(
    service: Identity, tx: Transaction, command: FinishLogIn, pending: PendingLogIn
) -> None:
    """Somebody knows the password, and perhaps it is not the holder: he is told, once a day."""
    bucket = service.buckets.of("second_factor.missed", str(pending.account_key))
    if await throttle.seconds_to_wait(tx, bucket, service.limits.notices_to_a_holder) is None:
        await throttle.hit(tx, bucket)
        change = AccountChange.SECOND_FACTOR_MISSED
        await tell_holder(service, tx, pending.account_key, change, command.device)


async def _shown(
    service: Identity, tx: Transaction, command: FinishLogIn, pending: PendingLogIn
) -> SessionShown | None:
    """None where the account was frozen meanwhile, or the session of a repeated press has ended since."""
    session_hash, account_key = command.session_token_hash, pending.account_key
    is_new_device = False
    if pending.finished_by is None:
        is_new_device = await sessions.open_session(
            tx,
            session_hash,
            account_key,
            client_network=command.client_network,
            device=command.device,
            second_factor_proved=True,
        )
    session = await sessions.keep_alive(tx, session_hash)
    account = await accounts.find_account(tx, account_key)
    if session is None or account is None:
        return None
    if is_new_device:
        told = new_device_told(service, account, session, session_hash, command.device)
        await service.outbox.add(tx, told)
    mark = service.device_mark(account_key, account.password_hash, command.device_token_hash)
    return session_shown(service, session, device_mark=mark)
