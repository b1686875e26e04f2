"""The page with the QR code."""

from __future__ import annotations

from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from chassis.security.sealing import seal_answer
from messages.identity import RefusalCode as IdentityCode
from messages.second_factor import OneTimeSecret, RefusalCode, SecondFactorSetupShown, ShowSecondFactorSetup
from services.identity.second_factor import repository
from services.identity.service import Identity
from services.identity.sessions import repository as sessions


async def show_second_factor_setup(
    service: Identity, query: ShowSecondFactorSetup, received: DeliveryInfo
) -> SecondFactorSetupShown:
    """The secret, for the asker alone, while it waits for its first code. Refusals: SESSION_ENDED,
    SECOND_FACTOR_SETUP_OVER.
    """
    hashed = query.session_token_hash
    async with service.database.autocommit() as tx:
        session = await sessions.keep_alive(tx, hashed)
        if session is None:
            raise Refusal(IdentityCode.SESSION_ENDED)
        sealed = await repository.find_setup(tx, hashed)
    if sealed is None:
        raise Refusal(RefusalCode.SECOND_FACTOR_SETUP_OVER)
    secret = service.unsealer.open(sealed, OneTimeSecret, bound_to=session.account_key)
    return SecondFactorSetupShown(secret=seal_answer(secret, query.answer_key, bound_to=hashed))
