"""パスワードを忘れた方: [メールを送る]."""

from __future__ import annotations

from datetime import datetime

from chassis.database import throttle
from chassis.database.throttle import Bucket
from chassis.process.runner import DeliveryInfo
from chassis.security.tokens import new_token, token_hash
from messages.recovery import (
    AskForPasswordReset,
    ForgottenPassword,
    LetterKind,
    RecoveryAsked,
    RecoveryLetter,
    RefusalCode,
)
from messages.values import EmailAddress
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.recovery import repository
from services.identity.recovery.domain import (
    LINK_LIFETIME,
    MAIL_IN_TIME,
    Recoverable,
    customer_number_in,
)
from services.identity.service import Identity
from services.identity.sessions.domain import folded_account_id


async def ask_for_password_reset(
    service: Identity, command: AskForPasswordReset, received: DeliveryInfo
) -> RecoveryAsked:
    """Orders a mail with a link to the account's own address; to a frozen account's, word of whom to call.

    The same statements, and an event for notification, whatever was found (X37): counted first and
    committed, then looked for, stored and said. Refusal: TOO_MANY_RECOVERIES, of which an unknown account
    hears just as well.
    """
    forgotten = service.unsealer.open(command.forgotten, ForgottenPassword, bound_to=command.form_key)
    address = forgotten.email_address
    folded, number = folded_account_id(forgotten.account), customer_number_in(forgotten.account)
    asked = _asked(service, command, number or folded, address)
    async with service.database.autocommit() as tx:
        now = await throttle.refuse_while_full(
            tx, RefusalCode.TOO_MANY_RECOVERIES, *asked, counting=[each.name for each in asked]
        )
    letter_key, token = service.letter_key(command.form_key, number or folded, address), new_token()
    async with service.database.transaction() as tx:
        account = await repository.find_account(tx, folded, number, address)
        asked_at = await repository.add_reset(
            tx,
            letter_key,
            account.account_key if account else None,
            reset_token_hash=token_hash(token),
            sent_to=service.name_of_address(address),
        )
        entry = AuditEntry(
            AuditKind.PASSWORD_RESET_ASKED,
            account.account_key if account else None,
            client_network=command.client_network,
        )
        await audit.add(tx, entry)
        letter = _letter(account, address, asked_at, token)
        await service.outbox.add(tx, service.letter_ordered(letter_key, now + MAIL_IN_TIME, letter))
    return RecoveryAsked()


def _asked(
    service: Identity, command: AskForPasswordReset, account: str, address: EmailAddress
) -> tuple[Bucket, ...]:
    """What has to have room: an unknown account's as well. Of a network it is mailboxes that are counted."""
    limits, name = service.limits, service.buckets.of
    mailbox = name("recovery.mailbox", address.mailbox)
    return (
        Bucket(name("recovery.account", account), limits.recoveries_of_an_account),
        Bucket(mailbox, limits.recoveries_of_a_mailbox),
        Bucket(name("recovery.network", command.client_network), limits.recoveries_of_a_network, mailbox),
        *service.of_any_mail(),
    )


def _letter(
    account: Recoverable | None, typed: EmailAddress, asked_at: datetime | None, token: str
) -> RecoveryLetter:
    if account is not None and account.is_frozen:
        kind = LetterKind.ACCOUNT_FROZEN
    elif account is not None and asked_at is not None:
        kind = LetterKind.PASSWORD_RESET
    else:
        return RecoveryLetter(kind=LetterKind.NOBODY, email_address=typed)
    has_link = asked_at is not None
    return RecoveryLetter(
        kind=kind,
        email_address=account.email_address,
        account_key=account.account_key,
        nickname=account.nickname,
        account_ids=(account.account_id,),
        reset_token=token if has_link else "",
        link_ends_at=asked_at + LINK_LIFETIME if asked_at else None,
    )
