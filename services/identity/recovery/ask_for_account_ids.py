"""アカウントIDを忘れた方: [メールを送る]."""

from __future__ import annotations

from chassis.database import throttle
from chassis.database.throttle import Bucket
from chassis.process.runner import DeliveryInfo
from messages.recovery import (
    AskForAccountIds,
    ForgottenAccountId,
    LetterKind,
    RecoveryAsked,
    RecoveryLetter,
    RefusalCode,
)
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.recovery import repository
from services.identity.recovery.domain import MAIL_IN_TIME
from services.identity.service import Identity


async def ask_for_account_ids(
    service: Identity, command: AskForAccountIds, received: DeliveryInfo
) -> RecoveryAsked:
    """Orders a mail with the IDs of every account of that address, a frozen one's, too: families share one
    (Q12). The same statements whatever was found (X37). Refusal: TOO_MANY_RECOVERIES.
    """
    forgotten = service.unsealer.open(command.forgotten, ForgottenAccountId, bound_to=command.form_key)
    address = forgotten.email_address
    mailbox = service.buckets.of("recovery.mailbox", address.mailbox)
    network = service.buckets.of("recovery.network", command.client_network)
    asked = (
        Bucket(mailbox, service.limits.recoveries_of_a_mailbox),
        Bucket(network, service.limits.recoveries_of_a_network, mailbox),
        *service.of_any_mail(),
    )
    async with service.database.autocommit() as tx:
        now = await throttle.refuse_while_full(
            tx, RefusalCode.TOO_MANY_RECOVERIES, *asked, counting=[each.name for each in asked]
        )
    letter_key = service.letter_key(command.form_key, address)
    async with service.database.transaction() as tx:
        account_ids, stored = await repository.list_account_ids(tx, address)
        entry = AuditEntry(AuditKind.ACCOUNT_ID_ASKED, client_network=command.client_network)
        await audit.add(tx, entry)
        letter = RecoveryLetter(
            kind=LetterKind.ACCOUNT_IDS if account_ids else LetterKind.NOBODY,
            email_address=stored or address,
            account_ids=tuple(account_ids),
        )
        await service.outbox.add(tx, service.letter_ordered(letter_key, now + MAIL_IN_TIME, letter))
    return RecoveryAsked()
