"""The link in the mail was opened (X21)."""

from __future__ import annotations

from chassis.process.runner import DeliveryInfo
from messages.recovery import PasswordResetShown, ShowPasswordReset
from services.identity.recovery import repository
from services.identity.recovery.domain import require_known
from services.identity.service import Identity


async def show_password_reset(
    service: Identity, query: ShowPasswordReset, received: DeliveryInfo
) -> PasswordResetShown:
    """Whether the link is alive, and for which account; changes nothing. Refusals: those of a dead link,
    TOO_MANY_LINKS.
    """
    found = await service.find_by_link(query.client_network, query.reset_token_hash, repository.find_reset)
    now, reset = require_known(found)
    account = reset.require_live(now, service.name_of_address)
    return PasswordResetShown(account_id=account.account_id)
