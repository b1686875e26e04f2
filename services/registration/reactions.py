"""What registration does when others tell it something, and what it does by itself from time to time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from chassis.database import throttle
from chassis.messaging import inbox
from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.inbox import is_first_delivery
from messages.identity import AccountClosed, AccountCreated, AccountRejected
from messages.notification import MailAbandoned, MailSent
from messages.registration import ProvisionalState
from services.registration import domain, repository
from services.registration.domain import ProvisionalAccount
from services.registration.handlers import Registration, account_activated

_log = structlog.get_logger(__name__)

BATCH = 500
TOMBSTONES_KEPT_FOR = timedelta(days=30)  # Q16

_Change = Callable[[ProvisionalAccount, datetime], ProvisionalAccount]


async def on_mail_sent(service: Registration, event: MailSent, received: DeliveryInfo) -> None:
    """The 24 hours run from here (Q13)."""
    await _change(
        service,
        event.registration_key,
        received,
        lambda account, now: account.with_mail_sent(event.sent_at, now),
    )


async def on_mail_abandoned(service: Registration, event: MailAbandoned, received: DeliveryInfo) -> None:
    """The customer will have to start again, and may use the same account ID (K13)."""
    await _change(
        service, event.registration_key, received, lambda account, now: account.with_mail_abandoned(now)
    )


async def on_account_created(service: Registration, event: AccountCreated, received: DeliveryInfo) -> None:
    """Identity has what it needs: nothing personal stays here."""
    await _change(service, event.registration_key, received, lambda account, now: account.completed())


async def on_account_rejected(service: Registration, event: AccountRejected, received: DeliveryInfo) -> None:
    """Must never happen (K18): an operator is to look at it."""
    _log.error("registration.rejected", registration_key=str(event.registration_key))
    await _change(service, event.registration_key, received, lambda account, now: account.rejected(now))


async def on_account_closed(service: Registration, event: AccountClosed, received: DeliveryInfo) -> None:
    """The account is gone, so its ID is free and nothing of the registration is kept (Q24)."""
    async with service.database.transaction() as tx:
        if await is_first_delivery(tx, consumer="registration", message_id=received.message_id):
            await repository.drop_claim(tx, event.registration_key)
            await repository.forget(tx, event.registration_key)


async def _change(
    service: Registration, registration_key: UUID, received: DeliveryInfo, change: _Change
) -> None:
    """Applies `change` once per message. A registration that is not known any more needs none."""
    async with service.database.transaction() as tx:
        if not await is_first_delivery(tx, consumer="registration", message_id=received.message_id):
            return
        account = await repository.lock(tx, registration_key)
        if account is None:
            return
        await repository.save(tx, change(account, await repository.now(tx)))


async def sweep(service: Registration) -> None:
    """Wipes what is personal of registrations past their deadline (T21), and drops the claims of all that
    ended.
    """
    while await _expire_batch(service) == BATCH:
        pass
    async with service.database.transaction() as tx:
        await repository.drop_idle_claims(tx)


async def _expire_batch(service: Registration) -> int:
    async with service.database.transaction() as tx:
        overdue = await repository.lock_overdue(tx, at_most=BATCH)
        now = await repository.now(tx)
        for account in overdue:
            await repository.save(tx, account.ended(ProvisionalState.EXPIRED, now))
    return len(overdue)


async def redrive(service: Registration) -> None:
    """Tells identity again of activations it has not answered (K17); from the third time on an operator is
    alarmed.
    """
    async with service.database.transaction() as tx:
        for account in await repository.lock_unanswered(tx, at_most=BATCH):
            redrives = account.redrives + 1
            await service.outbox.add(tx, account_activated(service, account))
            await repository.redrive_in(
                tx, account.registration_key, domain.redrive_delay(redrives), redrives=redrives
            )
            say = _log.error if redrives >= domain.REDRIVES_BEFORE_ALARM else _log.warning
            say("registration.redriven", registration_key=str(account.registration_key), redrives=redrives)


async def forget_old(service: Registration) -> None:
    """Deletes what nobody asks for any more: old hits of limits, old inbox entries, tombstones after 30 days.
    """
    async with service.database.transaction() as tx:
        await throttle.forget_old(tx)
        await inbox.forget_old(tx)
        await repository.forget_ended(tx, older_than=TOMBSTONES_KEPT_FOR)
