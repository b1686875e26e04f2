"""[設定を始める]."""

from __future__ import annotations

from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from chassis.security.one_time_codes import new_secret
from messages.second_factor import (
    BeginSecondFactorSetup,
    OneTimeSecret,
    PasswordForSetup,
    RefusalCode,
    SecondFactorSetupBegun,
)
from services.identity.own_account.password_again import (
    account_with_password,
    locked_as_judged,
    renew_session,
)
from services.identity.second_factor import repository
from services.identity.service import Identity


async def begin_second_factor_setup(
    service: Identity, command: BeginSecondFactorSetup, received: DeliveryInfo
) -> SecondFactorSetupBegun:
    """A secret waits for its first code, in the session with its next token; nothing is on yet. Pressed again
    it is the same secret.

    Refusals: SESSION_ENDED, WRONG_PASSWORD, TOO_MANY_PASSWORDS, SECOND_FACTOR_IS_ON.
    """
    session = command.session_token_hash
    typed = service.unsealer.open(command.password, PasswordForSetup, bound_to=session)
    renewed_as = command.next_token_hash
    judged = await account_with_password(service, session, typed.password, renewed_as=renewed_as)
    content = OneTimeSecret(secret=new_secret())
    secret = service.sealer.seal(content, to="identity", bound_to=judged.account_key)
    async with service.database.transaction() as tx:
        account = await locked_as_judged(tx, judged)
        if account.second_factor_since is not None:
            raise Refusal(RefusalCode.SECOND_FACTOR_IS_ON)
        await renew_session(service, tx, session, renewed_as)
        await repository.put_setup(tx, renewed_as, secret)
    return SecondFactorSetupBegun()
