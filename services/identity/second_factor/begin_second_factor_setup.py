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
from services.identity.own_account.password_again import account_with_password
from services.identity.second_factor import repository
from services.identity.second_factor.factor_change import locked_account_of
from services.identity.service import Identity


async def begin_second_factor_setup(
    service: Identity, command: BeginSecondFactorSetup, received: DeliveryInfo
) -> SecondFactorSetupBegun:
    """A secret waits for its first code; nothing is on yet. Pressed again it is the same secret.

    Refusals: SESSION_ENDED, WRONG_PASSWORD, TOO_MANY_PASSWORDS, SECOND_FACTOR_IS_ON.
    """
    session = command.session_token_hash
    typed = service.unsealer.open(command.password, PasswordForSetup, bound_to=session)
    account = await account_with_password(service, session, typed.password)
    content = OneTimeSecret(secret=new_secret())
    secret = service.sealer.seal(content, to="identity", bound_to=account.account_key)
    async with service.database.transaction() as tx:
        account_key = await locked_account_of(tx, session)
        if await repository.find_second_factor(tx, account_key):
            raise Refusal(RefusalCode.SECOND_FACTOR_IS_ON)
        await repository.put_setup(tx, session, secret)
    return SecondFactorSetupBegun()
