"""A mail to the address of an account came back for good."""

from __future__ import annotations

from chassis.messaging import inbox
from chassis.process.runner import DeliveryInfo
from messages.notification import MailBounced
from services.identity.mail_address import repository as addresses
from services.identity.service import Identity


async def on_mail_bounced(service: Identity, event: MailBounced, received: DeliveryInfo) -> None:
    """The customer is told at the next log-in. Means nothing for an account that is closed, and nothing new
    for one that is marked.
    """
    async with service.database.transaction() as tx:
        if await inbox.is_first_delivery(tx, consumer="identity", message_id=received.message_id):
            await addresses.mark_mail_bounced(tx, event.account_key, left_at=event.left_at)
