"""The link of the mail to a new address was opened."""

from __future__ import annotations

from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from messages.account_settings import AddressChangeShown, RefusalCode, ShowAddressChange
from messages.identity import RefusalCode as IdentityCode
from services.identity.mail_address import repository as changes
from services.identity.service import Identity
from services.identity.sessions import repository as sessions


async def show_address_change(
    service: Identity, query: ShowAddressChange, received: DeliveryInfo
) -> AddressChangeShown:
    """Whether [変更する] would work; changes nothing. Refusals: SESSION_ENDED, ADDRESS_LINK_*,
    TOO_MANY_LINKS.
    """
    await service.find_by_link(query.client_network, query.link_token_hash, changes.find_change)
    async with service.database.autocommit() as tx:
        session = await sessions.keep_alive(tx, query.session_token_hash)
        if session is None:
            raise Refusal(IdentityCode.SESSION_ENDED)
        change = await changes.find_change(tx, query.link_token_hash)
        if change is None:
            raise Refusal(RefusalCode.ADDRESS_LINK_UNKNOWN)
        change.require_link(session.account_key, session.last_seen_at)
    return AddressChangeShown()
