"""[確認のメールを送る]: a customer wants mails to go elsewhere."""

from __future__ import annotations

from uuid import UUID

from chassis.database import db
from chassis.database.db import Transaction
from chassis.database.throttle import Bucket, refuse_while_full
from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from chassis.security.tokens import new_key, new_token, token_hash
from messages.account_settings import (
    AddressChangeAsked,
    AddressChangeOrdered,
    AskAddressChange,
    RefusalCode,
    WantedAddress,
)
from messages.identity import RefusalCode as IdentityCode
from messages.values import EmailAddress
from services.identity.accounts.domain import Account
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.mail_address import repository as changes
from services.identity.mail_address.domain import AddressChange
from services.identity.own_account.password_again import (
    account_with_password,
    locked_as_judged,
    renew_session,
)
from services.identity.service import Identity


async def ask_address_change(
    service: Identity, command: AskAddressChange, received: DeliveryInfo
) -> AddressChangeAsked:
    """Orders the mail to the new address; the account stays as it is until that mail's link is confirmed. A
    newer wish ends an older one; the same form pressed again orders nothing more while its link works. The
    session has another token from now on.

    Refusals: SESSION_ENDED, WRONG_PASSWORD, TOO_MANY_PASSWORDS, TOO_MANY_ADDRESS_CHANGES.
    """
    wanted = service.unsealer.open(command.wanted, WantedAddress, bound_to=command.session_token_hash)
    session, renewed_as = command.session_token_hash, command.next_token_hash
    judged = await account_with_password(service, session, wanted.password, renewed_as=renewed_as)
    typed = (str(judged.account_key), wanted.email_address)
    change_key = service.letter_key(command.form_key or new_key(), *typed)
    async with service.database.transaction() as tx:
        account = await locked_as_judged(tx, judged)
        if account.is_frozen:
            raise Refusal(IdentityCode.SESSION_ENDED)
        renewed = await renew_session(service, tx, session, renewed_as)
        change = await changes.find_change_of_key(tx, change_key)
        if change is None or not change.is_waited_for(await db.now(tx)):
            await _refuse_while_full(service, tx, account.account_key, wanted.email_address)
            await changes.cancel_changes(tx, account.account_key)
            key = new_key() if change else change_key
            change = await _begun(service, tx, key, account, wanted.email_address)
            network = command.client_network
            kind = AuditKind.MAIL_ADDRESS_CHANGE_ASKED
            await audit.add(tx, AuditEntry(kind, account.account_key, client_network=network))
    return AddressChangeAsked(expires_at=change.expires_at, session_renewed=renewed)


async def _refuse_while_full(
    service: Identity, tx: Transaction, account_key: UUID, address: EmailAddress
) -> None:
    """What has to have room: the account, the mailbox, whoever's it is, and the breaker of all (X24)."""
    limits = service.limits
    mailbox = service.buckets.of("mailbox", address.mailbox)
    asked = (
        Bucket(service.buckets.of("address_change", str(account_key)), limits.address_changes_of_an_account),
        Bucket(mailbox, limits.mails_to_a_mailbox_an_hour),
        Bucket(mailbox, limits.mails_to_a_mailbox_a_day),
        *service.of_any_mail(),
    )
    counting = [each.name for each in asked]
    await refuse_while_full(tx, RefusalCode.TOO_MANY_ADDRESS_CHANGES, *asked, counting=counting)


async def _begun(
    service: Identity, tx: Transaction, change_key: UUID, account: Account, address: EmailAddress
) -> AddressChange:
    token = new_token()
    change = await changes.add_change(tx, change_key, account.account_key, address, token_hash(token))
    order = AddressChangeOrdered(
        change_key=change_key,
        account_key=account.account_key,
        mail=service.seal_link_mail(change_key, account.recipient(address), token),
        expires_at=change.expires_at,
    )
    await service.outbox.add(tx, order)
    return change
