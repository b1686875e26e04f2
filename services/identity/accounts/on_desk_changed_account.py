"""The desk changed something of an account: its holder is told."""

from __future__ import annotations

from chassis.messaging import inbox
from chassis.process.runner import DeliveryInfo
from messages.account_notices import DeskChangedAccount
from services.identity.accounts import repository as accounts
from services.identity.accounts.account_change import account_changed
from services.identity.service import Identity


async def on_desk_changed_account(
    service: Identity, event: DeskChangedAccount, received: DeliveryInfo
) -> None:
    """Says AccountChanged in the desk's place. Nobody is written to whose account was closed meanwhile."""
    async with service.database.transaction() as tx:
        if not await inbox.is_first_delivery(tx, consumer="identity", message_id=received.message_id):
            return
        account = await accounts.find_account(tx, event.account_key)
        if account is None:
            return
        said = account_changed(
            service, account, event.change, happened_at=event.happened_at, notice_key=event.notice_key
        )
        await service.outbox.add(tx, said)
