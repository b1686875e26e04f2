"""[元に戻す]: whoever reads the old mailbox takes a change of the address back."""

from __future__ import annotations

from chassis.database import db
from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from messages.account_notices import AccountChange
from messages.account_settings import AddressChangeUndone, RefusalCode, UndoAddressChange
from services.identity.accounts import repository as accounts
from services.identity.accounts.account_change import account_changed
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.mail_address import repository as changes
from services.identity.service import Identity


async def undo_address_change(
    service: Identity, command: UndoAddressChange, received: DeliveryInfo
) -> AddressChangeUndone:
    """The old address is back and every session of the account over (X38). The address that the account had
    until now is told: it may be the owner's, who moved away from a mailbox that others read. Refusals:
    UNDO_LINK_*, TOO_MANY_LINKS.
    """
    network, token_hash = command.client_network, command.undo_token_hash
    await service.find_by_link(network, token_hash, changes.find_change_to_undo)
    async with service.database.transaction() as tx:
        change = await changes.find_change_to_undo(tx, token_hash)
        if change is None:
            raise Refusal(RefusalCode.UNDO_LINK_UNKNOWN)
        now = await db.now(tx)
        old = change.undoable(now)
        account = await accounts.find_account(tx, change.account_key)
        if account is None:
            raise Refusal(RefusalCode.UNDO_LINK_EXPIRED)
        await changes.undo_change(tx, change, old)
        entry = AuditEntry(
            AuditKind.MAIL_ADDRESS_CHANGE_UNDONE, change.account_key, client_network=command.client_network
        )
        await audit.add(tx, entry)
        await accounts.end_sessions_of(tx, [change.account_key])
        told = account_changed(service, account, AccountChange.MAIL_ADDRESS_CHANGED, happened_at=now)
        await service.outbox.add(tx, told)
    return AddressChangeUndone()
