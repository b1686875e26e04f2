"""[解除する]."""

from __future__ import annotations

from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from messages.account_notices import AccountChange
from messages.second_factor import PasswordAndCode, RefusalCode, RemoveSecondFactor, SecondFactorRemoved
from services.identity.audit.domain import AuditKind
from services.identity.own_account.password_again import account_with_password
from services.identity.second_factor import repository
from services.identity.second_factor.code_judgement import take_code
from services.identity.second_factor.factor_change import locked_account_of, note_change
from services.identity.service import Identity

_REMOVED = (AuditKind.SECOND_FACTOR_REMOVED, AccountChange.SECOND_FACTOR_REMOVED)


async def remove_second_factor(
    service: Identity, command: RemoveSecondFactor, received: DeliveryInfo
) -> SecondFactorRemoved:
    """No code is asked for from now on; secret and recovery codes are gone. Other sessions are over.

    Refusals: SESSION_ENDED, WRONG_PASSWORD, TOO_MANY_PASSWORDS, WRONG_CODE, TOO_MANY_CODES,
    SECOND_FACTOR_IS_OFF.
    """
    session, network, device = command.session_token_hash, command.client_network, command.device
    proof = service.unsealer.open(command.proof, PasswordAndCode, bound_to=session)
    await account_with_password(service, session, proof.password)
    async with service.database.transaction() as tx:
        account_key = await locked_account_of(tx, session)
        code = proof.code
        taken = await take_code(service, tx, account_key, code, client_network=network, device=device)
        if taken is not None:
            await repository.turn_off(tx, account_key)
            await note_change(
                service, tx, account_key, _REMOVED, kept=session, client_network=network, device=device
            )
    if taken is None:
        raise Refusal(RefusalCode.WRONG_CODE)
    return SecondFactorRemoved()
