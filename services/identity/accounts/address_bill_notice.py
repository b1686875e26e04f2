"""Billing has published a statement of somebody who wants to be told: whom to write to."""

from __future__ import annotations

from chassis.messaging import inbox
from chassis.process.runner import DeliveryInfo
from chassis.security.sealing import Sealed, SealedContent
from messages.billing import StatementPublished
from messages.identity import BillNoticeAddressed
from services.identity.accounts import repository as accounts
from services.identity.service import Identity


async def address_bill_notice(service: Identity, event: StatementPublished, received: DeliveryInfo) -> None:
    """Hands billing's box on to notification, with the account's address beside it. Nobody is written to
    whose account is closed or frozen at this moment: the statement may be another holder's (Q23).
    """
    async with service.database.transaction() as tx:
        if not await inbox.is_first_delivery(tx, consumer="identity", message_id=received.message_id):
            return
        account = await accounts.find_account(tx, event.account_key)
        if account is None or account.is_frozen:
            return
        recipient = service.seal_recipient(
            account.account_key,
            email_address=account.email_address,
            nickname=account.nickname,
            account_id=account.account_id,
        )
        addressed = BillNoticeAddressed(
            notice_key=event.notice_key,
            account_key=event.account_key,
            billing_month=event.billing_month,
            recipient=recipient,
            bill=Sealed[SealedContent](key_id=event.bill.key_id, box=event.bill.box),
        )
        await service.outbox.add(tx, addressed)
