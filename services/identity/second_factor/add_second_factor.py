"""[有効にする]."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from chassis.database import db
from chassis.database.db import Transaction
from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from chassis.security.one_time_codes import step_of
from messages.account_notices import AccountChange
from messages.second_factor import AddSecondFactor, RecoveryCodesMade, RefusalCode, TypedCode
from messages.values import SecondFactorCode
from services.identity.audit.domain import AuditKind
from services.identity.second_factor import repository
from services.identity.second_factor.code_judgement import opened
from services.identity.second_factor.domain import SecondFactor, recovery_code_hash
from services.identity.second_factor.factor_change import (
    codes_for_asker,
    codes_of_form,
    locked_account_of,
    note_change,
)
from services.identity.service import Identity

_ADDED = (AuditKind.SECOND_FACTOR_ADDED, AccountChange.SECOND_FACTOR_ADDED)


async def add_second_factor(
    service: Identity, command: AddSecondFactor, received: DeliveryInfo
) -> RecoveryCodesMade:
    """From now on the code is asked for. Other sessions are over. A press that is repeated gets the same
    recovery codes.

    Refusals: SESSION_ENDED, SECOND_FACTOR_SETUP_OVER, SECOND_FACTOR_IS_ON, WRONG_CODE.
    """
    session = command.session_token_hash
    code = service.unsealer.open(command.code, TypedCode, bound_to=session).code
    async with service.database.transaction() as tx:
        account_key = await locked_account_of(tx, session)
        factor = await repository.find_second_factor(tx, account_key)
        if factor is None:
            step = await _turn_on(service, tx, account_key, command, code)
        else:
            step = factor.last_step
            secret = partial(opened, service, account_key, factor.secret)
            if not factor.has_just_taken(code, command.form_key, await db.now(tx), secret):
                raise Refusal(RefusalCode.SECOND_FACTOR_IS_ON)
    codes = codes_of_form(service, account_key, command.form_key, step)
    return codes_for_asker(codes, session, command.answer_key)


async def _turn_on(
    service: Identity, tx: Transaction, account_key: UUID, command: AddSecondFactor, code: SecondFactorCode
) -> int:
    session = command.session_token_hash
    secret = await repository.find_setup(tx, session)
    if secret is None:
        raise Refusal(RefusalCode.SECOND_FACTOR_SETUP_OVER)
    step = step_of(code, opened(service, account_key, secret), at=await db.now(tx))
    if step is None:
        raise Refusal(RefusalCode.WRONG_CODE)
    codes = codes_of_form(service, account_key, command.form_key, step)
    hashes = tuple(recovery_code_hash(each) for each in codes)
    factor = SecondFactor(secret, step, hashes, command.form_key)
    await repository.keep_second_factor(tx, account_key, factor)
    await repository.end_setup(tx, session)
    network, device = command.client_network, command.device
    await note_change(service, tx, account_key, _ADDED, kept=session, client_network=network, device=device)
    return step
