"""Rows become mails: due ones are claimed, sent, and their end is stored and said (ADR 0006, ADR 0014)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage

import structlog

from chassis.database.db import TRANSIENT_ERRORS
from chassis.process.clock import monotonic
from chassis.process.failpoints import reach
from chassis.security.sealing import BrokenSeal
from messages.notification import MailAbandoned, MailSent
from messages.values import EmailAddress
from services.notification.delivery import domain, repository
from services.notification.delivery.domain import Mail, MailEnd
from services.notification.delivery.mailer import NotSentYet, RefusedForGood
from services.notification.delivery.metrics import MAILS_POSSIBLY_DOUBLED
from services.notification.delivery.rendering import render
from services.notification.service import Notification

_log = structlog.get_logger(__name__)

AT_ONCE = 6  # one mail that hangs in the relay holds up no other one


async def delivery_loop(service: Notification) -> None:
    """Sends mails that are due, one after the other, then waits for the next order, a second at most. One of
    AT_ONCE that do so.
    """
    service.ordered.clear()
    try:
        while await _shielded(service):
            pass
    except TRANSIENT_ERRORS as trouble:
        _log.warning("mail.database_away", error=type(trouble).__name__)
    try:
        async with asyncio.timeout(1):
            await service.ordered.wait()
    except TimeoutError:
        pass


async def _shielded(service: Notification) -> bool:
    """A mail that has begun to leave is not cut off by a stop: that would send it twice."""
    task = asyncio.create_task(_deliver_one(service))
    service.sending.add(task)
    task.add_done_callback(service.sending.discard)
    return await asyncio.shield(task)


async def _deliver_one(service: Notification) -> bool:
    began = monotonic()
    async with service.database.transaction() as tx:
        mail = await repository.claim_one(tx, in_hand=service.in_hand)
    if mail is None:
        return False
    service.in_hand.add(mail.mail_key)
    try:
        await _attempt(service, mail, began)
    finally:
        service.in_hand.discard(mail.mail_key)
    return True


async def _attempt(service: Notification, mail: Mail, began: float) -> None:
    reach("mail.claimed")
    if mail.taken_over:
        MAILS_POSSIBLY_DOUBLED.inc()
        _log.warning("mail.taken_over", mail_key=str(mail.mail_key), attempt=mail.attempts)
    if domain.is_hopeless(mail, mail.claimed_at):
        await _abandon(service, mail)
        return
    try:
        content = mail.order.opened(service.unsealer)
    except BrokenSeal:
        _log.error("mail.unreadable", mail_key=str(mail.mail_key))
        await _abandon(service, mail)
        return
    message = render(
        mail.order.kind,
        domain.template_values(mail, content, service.public_url),
        to=str(content.email_address),
        letterhead=service.letterhead,
        mail_key=mail.mail_key,
        at=mail.claimed_at,
    )
    async with _kept_lease(service, mail):
        await _send(service, mail, message, content.email_address, began)


async def _send(
    service: Notification, mail: Mail, message: EmailMessage, recipient: EmailAddress, began: float
) -> None:
    """`began` is the monotonic moment of the claim: from there on this machine counts seconds and asks no
    clock (ADR 0018).

    From DATA to the commit one mail goes after the other, so that a crash doubles one mail, not all that are
    in hand (ADR 0019).
    """
    try:
        async with (
            service.relay.envelope(sender=service.letterhead.address, recipient=recipient) as envelope,
            service.send_slot(),
        ):
            await envelope.send(message)
            sent_at = mail.claimed_at + timedelta(seconds=monotonic() - began)
            reach("mail.accepted")
            await _end(service, mail, MailEnd.SENT, _mail_sent(mail, sent_at))
            reach("mail.ended")
    except NotSentYet as trouble:
        _log.warning(
            "mail.postponed", mail_key=str(mail.mail_key), attempt=mail.attempts, reason=str(trouble)
        )
        await _postpone_or_abandon(service, mail)
    except RefusedForGood as trouble:
        _log.error("mail.refused", mail_key=str(mail.mail_key), reason=str(trouble))
        await _abandon(service, mail)


@asynccontextmanager
async def _kept_lease(service: Notification, mail: Mail) -> AsyncIterator[None]:
    """Renews the lease as long as the block runs, however slow the relay is (ADR 0014)."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(domain.LEASE_RENEWED_EVERY.total_seconds())
            try:
                async with service.database.transaction() as tx:
                    await repository.renew_lease(tx, mail.mail_key, attempt=mail.attempts)
            except TRANSIENT_ERRORS:
                _log.warning("mail.lease_not_renewed", mail_key=str(mail.mail_key))

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()


async def _postpone_or_abandon(service: Notification, mail: Mail) -> None:
    wait = domain.next_attempt(mail.attempts)
    if wait is None:
        await _abandon(service, mail)
        return
    async with service.database.transaction() as tx:
        await repository.postpone(tx, mail.mail_key, attempt=mail.attempts, wait=wait)


async def _abandon(service: Notification, mail: Mail) -> None:
    key = mail.order.registration_key
    event = MailAbandoned(registration_key=key) if key else None
    await _end(service, mail, MailEnd.ABANDONED, event)


def _mail_sent(mail: Mail, sent_at: datetime) -> MailSent | None:
    key = mail.order.registration_key
    return MailSent(registration_key=key, sent_at=sent_at) if key else None


async def _end(
    service: Notification, mail: Mail, end: MailEnd, event: MailSent | MailAbandoned | None
) -> None:
    """The end of a mail and the word of it, in one commit. Only of the activation mail anybody wants to hear.

    While the database is away it tries again: to give up now would send a mail twice that the relay has
    taken.
    """
    while True:
        try:
            async with service.database.transaction() as tx:
                is_ours = await repository.end_mail(tx, mail.mail_key, attempt=mail.attempts, end=end)
                if is_ours and event is not None:
                    await service.outbox.add(tx, event)
        except TRANSIENT_ERRORS as trouble:
            _log.warning("mail.end_not_stored", mail_key=str(mail.mail_key), error=type(trouble).__name__)
            await asyncio.sleep(0.5)
        else:
            _log.info("mail.ended", mail_key=str(mail.mail_key), kind=mail.order.kind.value, state=end.value)
            return
