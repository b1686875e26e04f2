"""[確認のメールを送る]: a customer wants mails to go elsewhere."""

from __future__ import annotations

from uuid import UUID

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
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.mail_address import repository as changes
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
    newer wish ends an older one. The session has another token from now on.

    Refusals: SESSION_ENDED, WRONG_PASSWORD, TOO_MANY_PASSWORDS, TOO_MANY_ADDRESS_CHANGES.
    """
    wanted = service.unsealer.open(command.wanted, WantedAddress, bound_to=command.session_token_hash)
    session, renewed_as = command.session_token_hash, command.next_token_hash
    judged = await account_with_password(service, session, wanted.password, renewed_as=renewed_as)
    change_key, token = new_key(), new_token()
    asked = _asked(service, judged.account_key, wanted.email_address)
    counting = [each.name for each in asked]
    async with service.database.transaction() as tx:
        account = await locked_as_judged(tx, judged)
        if account.is_frozen:
            raise Refusal(IdentityCode.SESSION_ENDED)
        renewed = await renew_session(service, tx, session, renewed_as)
        await refuse_while_full(tx, RefusalCode.TOO_MANY_ADDRESS_CHANGES, *asked, counting=counting)
        await changes.cancel_changes(tx, account.account_key)
        change = await changes.add_change(
            tx, change_key, account.account_key, wanted.email_address, token_hash(token)
        )
        order = AddressChangeOrdered(
            change_key=change_key,
            account_key=account.account_key,
            mail=service.seal_link_mail(change_key, account.recipient(wanted.email_address), token),
            expires_at=change.expires_at,
        )
        await service.outbox.add(tx, order)
        told = AuditEntry(
            AuditKind.MAIL_ADDRESS_CHANGE_ASKED, account.account_key, client_network=command.client_network
        )
        await audit.add(tx, told)
    return AddressChangeAsked(expires_at=change.expires_at, session_renewed=renewed)


def _asked(service: Identity, account_key: UUID, address: EmailAddress) -> tuple[Bucket, ...]:
    """What has to have room: the account, the mailbox, whoever's it is, and the breaker of all (X24)."""
    limits = service.limits
    mailbox = service.buckets.of("mailbox", address.mailbox)
    return (
        Bucket(service.buckets.of("address_change", str(account_key)), limits.address_changes_of_an_account),
        Bucket(mailbox, limits.mails_to_a_mailbox_an_hour),
        Bucket(mailbox, limits.mails_to_a_mailbox_a_day),
        *service.of_any_mail(),
    )
