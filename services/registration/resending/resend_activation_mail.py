"""[メールを再送する], and the same to a corrected address (S4-2, X20, X24)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from chassis.database import db
from chassis.database.db import Transaction
from chassis.database.throttle import Bucket, refuse_while_full
from chassis.messaging.dispatch import DeliveryInfo
from chassis.security.tokens import new_key, new_token, token_hash
from messages.registration import (
    ActivationMailResent,
    CorrectedAddress,
    RefusalCode,
    ResendActivationMail,
)
from messages.values import EmailAddress
from services.registration.account_ids import repository as account_ids
from services.registration.provisional import repository
from services.registration.provisional.domain import ProvisionalAccount, require_known
from services.registration.resending.domain import replacement_of, stored_successor
from services.registration.resending.repository import add_successor, latest_key
from services.registration.service import Registration


async def resend_activation_mail(
    service: Registration, command: ResendActivationMail, received: DeliveryInfo
) -> ActivationMailResent:
    """A new link, whose 24 hours begin with its own mail, and the earlier one is dead, in one transaction.
    The same press again changes nothing. The password stays.

    Refusals: those of a dead link, ALREADY_ACTIVATED, TOO_MANY_MAILS.
    """
    pressed = command.registration_key
    corrected = _corrected(service, command)
    async with service.database.transaction() as tx:
        account = require_known(await repository.find(tx, pressed))
        await repository.lock_contract(tx, account.contract_key)
        latest = require_known(await repository.find(tx, await latest_key(tx, pressed)))
        key = stored_successor(pressed, latest, corrected)
        if key is None:
            key = await _replaced(service, tx, latest, corrected)
    return ActivationMailResent(registration_key=key)


def _corrected(service: Registration, command: ResendActivationMail) -> EmailAddress | None:
    if command.corrected is None:
        return None
    opened = service.unsealer.open(command.corrected, CorrectedAddress, bound_to=command.registration_key)
    return opened.email_address


async def _replaced(
    service: Registration, tx: Transaction, account: ProvisionalAccount, corrected: EmailAddress | None
) -> UUID:
    """The key of the registration that goes on. Limits, claim, row, always in this order, as when somebody
    registers, so that no two deadlock.
    """
    account.require_link(await db.now(tx))
    address, token = corrected or account.new_account().email_address, new_token()
    now = await _count(service, tx, account, address)
    await account_ids.claim_account_id(tx, account.kept_account_id(), account.registration_key)
    account = require_known(await repository.lock(tx, account.registration_key))
    replacement = replacement_of(account, new_key(), corrected, now)
    superseded, successor = replacement.superseded, replacement.successor
    await repository.save(tx, superseded)
    of, key = superseded.registration_key, successor.registration_key
    registered_at = await add_successor(tx, successor, token_hash(token), of=of)
    await account_ids.hand_claim_to(tx, successor.kept_account_id(), key)
    order = service.provisionally_registered(key, registered_at, address, token, supersedes=of)
    await service.outbox.add(tx, order)
    return key


async def _count(
    service: Registration, tx: Transaction, account: ProvisionalAccount, address: EmailAddress
) -> datetime:
    """One more for contract and mail, and this instant; or TOO_MANY_MAILS, whichever of them is full."""
    contract = service.buckets.of("resending", str(account.contract_key))
    asked = (
        Bucket(contract, service.limits.resendings_an_hour),
        Bucket(contract, service.limits.resendings_a_day),
        *service.of_a_mail_to(address),
    )
    counted = [each.name for each in asked]
    return await refuse_while_full(tx, RefusalCode.TOO_MANY_MAILS, *asked, counting=counted)
