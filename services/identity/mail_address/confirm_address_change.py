"""[変更する]: mails go to the new address from now on."""

from __future__ import annotations

from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from chassis.security.tokens import new_token, token_hash
from messages.account_settings import AddressChanged, ConfirmAddressChange, MailAddressChanged, RefusalCode
from messages.identity import RefusalCode as IdentityCode
from services.identity.accounts import repository as accounts
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.mail_address import repository as changes
from services.identity.mail_address.domain import UNDO_LIFETIME
from services.identity.service import Identity
from services.identity.sessions.locked_session import locked_session


async def confirm_address_change(
    service: Identity, command: ConfirmAddressChange, received: DeliveryInfo
) -> AddressChanged:
    """The address of the session's account, with the link that its new mailbox got; the old address is told
    at once, with a link that takes it back (X38). Refusals: SESSION_ENDED, ADDRESS_LINK_*,
    TOO_MANY_LINKS.
    """
    await service.find_by_link(command.client_network, command.link_token_hash, changes.find_change)
    undo_token = new_token()
    async with service.database.transaction() as tx:
        session = await locked_session(tx, command.session_token_hash)
        change = await changes.find_change(tx, command.link_token_hash)
        if change is None:
            raise Refusal(RefusalCode.ADDRESS_LINK_UNKNOWN)
        change.require_link(session.account_key, session.last_seen_at)
        account = await accounts.find_account(tx, change.account_key)
        old = await changes.make_change(tx, change, token_hash(undo_token))
        if account is None or old is None:
            raise Refusal(IdentityCode.SESSION_ENDED)
        event = MailAddressChanged(
            change_key=change.change_key,
            account_key=change.account_key,
            mail=service.seal_link_mail(change.change_key, account.recipient(old), undo_token),
            undo_until=session.last_seen_at + UNDO_LIFETIME,
        )
        await service.outbox.add(tx, event)
        told = AuditEntry(
            AuditKind.MAIL_ADDRESS_CHANGED, change.account_key, client_network=command.client_network
        )
        await audit.add(tx, told)
    return AddressChanged()
