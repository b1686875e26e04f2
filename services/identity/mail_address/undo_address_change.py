"""[元に戻す]: whoever reads the old mailbox takes a change of the address back."""

from __future__ import annotations

from chassis.database import db
from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from messages.account_settings import AddressChangeUndone, RefusalCode, UndoAddressChange
from services.identity.accounts import repository as accounts
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.mail_address import repository as changes
from services.identity.service import Identity


async def undo_address_change(
    service: Identity, command: UndoAddressChange, received: DeliveryInfo
) -> AddressChangeUndone:
    """The old address is back and every session of the account over (X38). Refusals: UNDO_LINK_*,
    TOO_MANY_LINKS.
    """
    network, token_hash = command.client_network, command.undo_token_hash
    await service.find_by_link(network, token_hash, changes.find_change_to_undo)
    async with service.database.transaction() as tx:
        change = await changes.find_change_to_undo(tx, token_hash)
        if change is None:
            raise Refusal(RefusalCode.UNDO_LINK_UNKNOWN)
        old = change.undoable(await db.now(tx))
        if not await changes.undo_change(tx, change, old):
            raise Refusal(RefusalCode.UNDO_LINK_EXPIRED)
        told = AuditEntry(
            AuditKind.MAIL_ADDRESS_CHANGE_UNDONE, change.account_key, client_network=command.client_network
        )
        await audit.add(tx, told)
        await accounts.end_sessions_of(tx, [change.account_key])
    return AddressChangeUndone()
