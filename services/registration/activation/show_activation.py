"""The 本登録手続きURL was opened (T20, X21)."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from messages.registration import ActivationShown, ShowActivation
from services.registration.service import Registration


async def show_activation(
    service: Registration, query: ShowActivation, received: DeliveryInfo
) -> ActivationShown:
    """Whether the link is alive; changes nothing, so scanners may open it (T20, X21). Refusals: those of a
    dead link, TOO_MANY_LINKS.
    """
    async with service.database.autocommit() as tx:
        account, now = await service.find_by_link(tx, query.activation_token_hash, query.client_network)
    ticket_hash = query.login_ticket_hash
    if ticket_hash is None or not account.was_activated_with(ticket_hash, now):
        account.require_link(now)
    return ActivationShown(activation_deadline=account.activation_deadline)
