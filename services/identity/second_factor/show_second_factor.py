"""2段階認証, as 設定 shows it."""

from __future__ import annotations

from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from messages.identity import RefusalCode
from messages.second_factor import SecondFactorShown, ShowSecondFactor
from services.identity.accounts import repository as accounts
from services.identity.second_factor import repository
from services.identity.service import Identity
from services.identity.sessions import repository as sessions


async def show_second_factor(
    service: Identity, query: ShowSecondFactor, received: DeliveryInfo
) -> SecondFactorShown:
    """Whether it is on, and how many recovery codes are left. Refusal: SESSION_ENDED."""
    async with service.database.autocommit() as tx:
        session = await sessions.keep_alive(tx, query.session_token_hash)
        account = await accounts.find_account(tx, session.account_key) if session else None
        if account is None:
            raise Refusal(RefusalCode.SESSION_ENDED)
        factor = await repository.find_second_factor(tx, account.account_key)
    left = len(factor.recovery_code_hashes) if factor else 0
    return SecondFactorShown(
        on_since=account.second_factor_since if factor else None, recovery_codes_left=left
    )
