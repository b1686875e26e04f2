"""[解除する]."""

from __future__ import annotations

from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from messages.account_notices import AccountChange
from messages.second_factor import PasswordAndCode, RefusalCode, RemoveSecondFactor, SecondFactorRemoved
from services.identity.audit.domain import AuditKind
from services.identity.own_account.password_again import account_with_password, locked_as_judged
from services.identity.second_factor import repository
from services.identity.second_factor.code_judgement import take_code
from services.identity.second_factor.factor_change import note_change
from services.identity.service import Identity

_REMOVED = (AuditKind.SECOND_FACTOR_REMOVED, AccountChange.SECOND_FACTOR_REMOVED)


async def remove_second_factor(
    service: Identity, command: RemoveSecondFactor, received: DeliveryInfo
) -> SecondFactorRemoved:
    """No code is asked for from now on; secret and recovery codes are gone. Other sessions are over, and
    this one has its next token.

    Refusals: SESSION_ENDED, WRONG_PASSWORD, TOO_MANY_PASSWORDS, WRONG_CODE, TOO_MANY_CODES,
    SECOND_FACTOR_IS_OFF.
    """
    session, network, device = command.session_token_hash, command.client_network, command.device
    proof = service.unsealer.open(command.proof, PasswordAndCode, bound_to=session)
    renewed_as = command.next_token_hash
    judged = await account_with_password(service, session, proof.password, renewed_as=renewed_as)
    async with service.database.transaction() as tx:
        key, code = (await locked_as_judged(tx, judged)).account_key, proof.code
        taken = await take_code(service, tx, key, code, client_network=network, device=device)
        if taken is not None:
            await repository.turn_off(tx, key)
            await note_change(service, tx, key, _REMOVED, command)
    if taken is None:
        raise Refusal(RefusalCode.WRONG_CODE)
    return SecondFactorRemoved()
