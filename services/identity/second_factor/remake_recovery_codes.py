"""[回復コードを作り直す]."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from uuid import UUID

from chassis.database import db
from chassis.database.db import Transaction
from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from messages.account_notices import AccountChange
from messages.second_factor import PasswordAndCode, RecoveryCodesMade, RefusalCode, RemakeRecoveryCodes
from messages.values import SecondFactorCode
from services.identity.audit.domain import AuditKind
from services.identity.own_account.password_again import account_with_password
from services.identity.second_factor import repository
from services.identity.second_factor.code_judgement import opened, take_code
from services.identity.second_factor.domain import recovery_code_hash
from services.identity.second_factor.factor_change import (
    codes_for_asker,
    codes_of_form,
    locked_account_of,
    note_change,
)
from services.identity.service import Identity

_REMADE = (AuditKind.RECOVERY_CODES_MADE, AccountChange.RECOVERY_CODES_MADE)


async def remake_recovery_codes(
    service: Identity, command: RemakeRecoveryCodes, received: DeliveryInfo
) -> RecoveryCodesMade:
    """Those of before are worth nothing. Other sessions are over. A press that is repeated gets the same
    ones.

    Refusals: SESSION_ENDED, WRONG_PASSWORD, TOO_MANY_PASSWORDS, WRONG_CODE, TOO_MANY_CODES,
    SECOND_FACTOR_IS_OFF.
    """
    session = command.session_token_hash
    proof = service.unsealer.open(command.proof, PasswordAndCode, bound_to=session)
    await account_with_password(service, session, proof.password)
    async with service.database.transaction() as tx:
        account_key = await locked_account_of(tx, session)
        step = await _repeated(service, tx, account_key, command, proof.code)
        if step is None:
            step = await _remake(service, tx, account_key, command, proof.code)
    if step is None:
        raise Refusal(RefusalCode.WRONG_CODE)
    codes = codes_of_form(service, account_key, command.form_key, step)
    return codes_for_asker(codes, session, command.answer_key)


async def _repeated(
    service: Identity,
    tx: Transaction,
    account_key: UUID,
    command: RemakeRecoveryCodes,
    code: SecondFactorCode,
) -> int | None:
    factor = await repository.find_second_factor(tx, account_key)
    if factor is None:
        return None
    secret = partial(opened, service, account_key, factor.secret)
    is_repeated = factor.has_just_taken(code, command.form_key, await db.now(tx), secret)
    return factor.last_step if is_repeated else None


async def _remake(
    service: Identity,
    tx: Transaction,
    account_key: UUID,
    command: RemakeRecoveryCodes,
    code: SecondFactorCode,
) -> int | None:
    """None for a wrong code."""
    network, device = command.client_network, command.device
    factor = await take_code(service, tx, account_key, code, client_network=network, device=device)
    if factor is None:
        return None
    codes = codes_of_form(service, account_key, command.form_key, factor.last_step)
    remade = replace(
        factor,
        recovery_code_hashes=tuple(recovery_code_hash(each) for each in codes),
        recovery_codes_made_by=command.form_key,
    )
    await repository.keep_second_factor(tx, account_key, remade)
    kept = command.session_token_hash
    await note_change(service, tx, account_key, _REMADE, kept=kept, client_network=network, device=device)
    return factor.last_step
