"""[本登録する] (T20 to T22, Q15, K15)."""

from __future__ import annotations

from chassis.database import db
from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.refusal import Refusal
from messages.registration import Activate, Activated, LoginProof, RefusalCode, TypedPassword
from services.registration.activation.domain import FIRST_REDRIVE
from services.registration.provisional import repository
from services.registration.provisional.domain import ProvisionalAccount, require_known
from services.registration.service import Registration


async def activate(service: Registration, command: Activate, received: DeliveryInfo) -> Activated:
    """本登録. The password is compared outside of transactions; then one locked row decides, so of twenty at
    once one succeeds (X19).

    Refusals: those of a dead link, ALREADY_ACTIVATED, PASSWORD_MISMATCH, TOO_MANY_PASSWORDS,
    TOO_MANY_LINKS.
    """
    typed = service.unsealer.open(command.password, TypedPassword, bound_to=command.activation_token_hash)
    async with service.database.autocommit() as tx:
        account, now = await service.find_by_link(tx, command.activation_token_hash, command.client_network)
    if account.was_activated_with(command.login_ticket_hash, now):
        return _activated(service, account)
    account.require_password_turn(now)
    is_right = await service.hasher.matches(typed.password, account.password_hash)
    async with service.database.transaction() as tx:
        account = require_known(await repository.lock(tx, account.registration_key))
        now = await db.now(tx)
        if account.was_activated_with(command.login_ticket_hash, now):  # a double click: its twin was quicker
            return _activated(service, account)
        if is_right:
            account = account.activate(now, command.login_ticket_hash)
            await repository.redrive_in(tx, account.registration_key, FIRST_REDRIVE, redrives=0)
            await service.outbox.add(tx, service.account_activated(account))
        else:
            account = account.with_wrong_password(now)
        await repository.save(tx, account)
    if not is_right:
        account.require_password_turn(now)
        raise Refusal(RefusalCode.PASSWORD_MISMATCH)
    return _activated(service, account)


def _activated(service: Registration, account: ProvisionalAccount) -> Activated:
    login = account.login_proof()
    proof = LoginProof(
        expires_at=login.expires_at,
        registration_key=login.registration_key,
        login_ticket_hash=login.login_ticket_hash,
    )
    return Activated(account_id=account.kept_account_id(), login_proof=service.signer.sign(proof))
