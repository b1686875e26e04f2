"""[そのままログイン] with the proof of an activation."""

from __future__ import annotations

import asyncio
from uuid import UUID

from chassis.messaging.refusal import Refusal
from chassis.process.clock import monotonic
from chassis.process.runner import DeliveryInfo
from chassis.security.signing import InvalidClaims
from chassis.security.tokens import token_hash
from messages.identity import LoginTicket, LogInWithProof, RefusalCode, SessionShown
from messages.registration import LoginProof
from services.identity.accounts import repository as accounts
from services.identity.service import Identity
from services.identity.sessions import repository as sessions
from services.identity.sessions.session_shown import session_shown

_WAITS_FOR, _POLLED_EVERY = 2.5, 0.1  # seconds: T22 allows 3, of which the last look takes some


async def log_in_with_proof(
    service: Identity, command: LogInWithProof, received: DeliveryInfo
) -> SessionShown:
    """[そのままログイン] (使い方 6): once, in the browser that has the ticket, within 10 minutes (T22, Q17).

    Waits a little for the account. If it does not come, nothing is spent and the customer may press again.
    Delivered a second time it shows the session that it opened.
    """
    proof = await _proved(service, command)
    account_key = await _wait_for_account(service, proof.registration_key)
    async with service.database.transaction() as tx:
        is_unspent = await sessions.spend_login_proof(tx, proof.registration_key)
        if is_unspent:
            await sessions.open_session(
                tx,
                command.session_token_hash,
                account_key,
                client_network=command.client_network,
                device=command.device,
            )
        session = await sessions.keep_alive(tx, command.session_token_hash)
        account = await accounts.find_account(tx, account_key)
    if session is None or account is None:
        raise Refusal(RefusalCode.ACCOUNT_FROZEN if is_unspent else RefusalCode.LOGIN_PROOF_SPENT)
    mark = service.device_mark(account_key, account.password_hash, command.device_token_hash)
    return session_shown(session, service.signer, device_mark=mark)


async def _proved(service: Identity, command: LogInWithProof) -> LoginProof:
    """What registration said of this browser. Raises LOGIN_PROOF_SPENT unless it said so, in time."""
    ticket = service.unsealer.open(command.ticket, LoginTicket, bound_to=command.session_token_hash).ticket
    now = await service.database.now()
    try:
        proof = service.verifier.verify(command.login_proof, LoginProof, said_by="registration", now=now)
    except InvalidClaims:
        raise Refusal(RefusalCode.LOGIN_PROOF_SPENT) from None
    if token_hash(ticket) != proof.login_ticket_hash:
        raise Refusal(RefusalCode.LOGIN_PROOF_SPENT)
    return proof


async def _wait_for_account(service: Identity, registration_key: UUID) -> UUID:
    """Raises ACCOUNT_NOT_READY when the account does not come in time. No transaction is open meanwhile."""
    gives_up_at = monotonic() + _WAITS_FOR
    while True:
        async with service.database.autocommit() as tx:
            account_key = await accounts.find_account_key(tx, registration_key)
        if account_key:
            return account_key
        if monotonic() > gives_up_at:
            raise Refusal(RefusalCode.ACCOUNT_NOT_READY)
        await asyncio.sleep(_POLLED_EVERY)
