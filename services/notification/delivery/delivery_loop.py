"""Rows become mails: due ones are claimed, sent, and their end is stored and said (ADR 0006, ADR 0014)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from datetime import datetime, timedelta

from chassis.database.db import TRANSIENT_ERRORS, Transaction
from chassis.process.clock import monotonic
from chassis.process.failpoints import reach
from chassis.process.logger import Logger
from chassis.process.logs import fault_fields
from chassis.security.sealing import BrokenSeal
from messages.notification import MailAbandoned, MailSent
from messages.values import EmailAddress
from services.notification.delivery import domain, repository
from services.notification.delivery.domain import OUT_OF_TIME, Mail, MailEnd, Trouble
from services.notification.delivery.mailer import NotSentYet, RefusedForGood
from services.notification.delivery.metrics import (
    MAILS_ABANDONED,
    MAILS_POSSIBLY_DOUBLED,
    MAILS_PUT_ASIDE,
)
from services.notification.delivery.rendering import render
from services.notification.orders.domain import MailContent
from services.notification.service import Notification, RelaySession

_log = Logger()

LOOKS_EVERY = 1.0  # seconds: finds what is due again, and what a crashed replica left


async def delivery_loop(service: Notification) -> None:
    """Waits for the next order, a second at most, then sends the mails that are due, one after the other and
    on one connection (ADR 0040). One of AT_ONCE that do so again and again.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(LOOKS_EVERY):
            await service.ordered.get()
    try:
        with service.relay.session() as session:
            while await _shielded(service, session):
                pass
    except TRANSIENT_ERRORS as trouble:
        _log.warning("mail.database_away", error=type(trouble).__name__)


async def _shielded(service: Notification, session: RelaySession) -> bool:
    """A mail that has begun to leave is not cut off by a stop: that would send it twice."""
    has_time = not service.places_with_time.locked()
    async with service.places_with_time if has_time else nullcontext():
        task = asyncio.create_task(_deliver_one(service, session, that_can_wait=has_time))
        service.sending.add(task)
        task.add_done_callback(service.sending.discard)
        return await asyncio.shield(task)


async def _deliver_one(service: Notification, session: RelaySession, *, that_can_wait: bool) -> bool:
    began = monotonic()
    async with service.database.autocommit() as tx:
        mail = await repository.claim_one(tx, in_hand=service.in_hand, that_can_wait=that_can_wait)
    if mail is None:
        return False
    service.in_hand.add(mail.mail_key)
    try:
        await _attempt(service, session, mail, began)
    except TRANSIENT_ERRORS:
        raise
    except Exception as fault:
        await _put_aside(service, mail, fault)
    finally:
        service.in_hand.discard(mail.mail_key)
    return True


async def _attempt(service: Notification, session: RelaySession, mail: Mail, began: float) -> None:
    reach("mail.claimed")
    if mail.taken_over:
        MAILS_POSSIBLY_DOUBLED.inc()
        _log.warning("mail.taken_over", mail_key=str(mail.mail_key), attempt=mail.attempts)
    if domain.is_hopeless(mail, mail.claimed_at):
        await _abandon(service, mail)
        return
    try:
        content = mail.order.opened(service.unsealer)
        message = _made(service, mail, content)
    except BrokenSeal:
        _log.error("mail.unreadable", mail_key=str(mail.mail_key))
        await _abandon(service, mail)
        return
    except (
        Exception
    ) as fault:  # also one that looks like the database's, such as a template that is not there
        await _put_aside(service, mail, fault)
        return
    async with _kept_lease(service, mail):
        await _send(service, session, mail, message, content.email_address, began)


async def _put_aside(service: Notification, mail: Mail, fault: Exception) -> None:
    """A fault of our own is this mail's alone: it waits as for the relay, and the others go on."""
    MAILS_PUT_ASIDE.inc()
    _log.error("mail.put_aside", mail_key=str(mail.mail_key), attempt=mail.attempts, **fault_fields(fault))
    await _postpone_or_abandon(service, mail, Trouble(type(fault).__name__))


def _made(service: Notification, mail: Mail, content: MailContent) -> bytes:
    """The mail as the relay gets it. Whatever goes wrong here is our own fault, and no other mail's."""
    return render(
        mail.order.kind,
        domain.template_values(mail, content, service.public_url),
        to=content.email_address,
        letterhead=service.letterhead,
        mail_key=mail.mail_key,
        at=mail.claimed_at,
    )


async def _send(
    service: Notification,
    session: RelaySession,
    mail: Mail,
    message: bytes,
    recipient: EmailAddress,
    began: float,
) -> None:
    """`began` is the monotonic moment of the claim: from there on this machine counts seconds and asks no
    clock (ADR 0018).

    From DATA to the commit one mail goes after the other, so that a crash doubles one mail, not all that are
    in hand (ADR 0019).
    """
    try:
        async with (
            session.envelope(sender=service.return_path(mail.mail_key), recipient=recipient) as envelope,
            service.send_slot() as slot,
        ):
            await envelope.send(message)
            slot.keep()
            sent_at = mail.claimed_at + timedelta(seconds=monotonic() - began)
            reach("mail.accepted")
            await _end(service, mail, MailEnd.SENT, _mail_sent(mail, sent_at))
            reach("mail.ended")
    except NotSentYet as no:
        _log.error("mail.postponed", mail_key=str(mail.mail_key), attempt=mail.attempts, reason=str(no))
        await _postpone_or_abandon(service, mail, no.trouble)
    except RefusedForGood as no:
        _log.error("mail.refused", mail_key=str(mail.mail_key), reason=str(no))
        await _abandon(service, mail, no.trouble)


@asynccontextmanager
async def _kept_lease(service: Notification, mail: Mail) -> AsyncIterator[None]:
    """Renews the lease as long as the block runs, however slow the relay is (ADR 0014)."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(domain.LEASE_RENEWED_EVERY.total_seconds())
            try:
                async with service.database.transaction() as tx:
                    await repository.renew_lease(tx, mail.mail_key, attempt=mail.attempts)
            except Exception as trouble:  # whatever it is, the next renewal is tried
                _log.warning("mail.lease_not_renewed", mail_key=str(mail.mail_key), **fault_fields(trouble))

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()


async def _postpone_or_abandon(service: Notification, mail: Mail, trouble: Trouble) -> None:
    """One that may have left just now may have its link in use from now on."""
    wait = domain.next_attempt(mail.attempts)
    if wait is None:
        await _abandon(service, mail, trouble)
        return

    async def postpone(tx: Transaction) -> None:
        key, attempt = mail.mail_key, mail.attempts
        await repository.postpone(tx, key, attempt=attempt, wait=wait, trouble=trouble.numbers)
        if trouble.may_have_left:
            await repository.note_possibly_sent(tx, key, claimed_at=mail.claimed_at)

    await _stored(service, mail, postpone)


async def _abandon(service: Notification, mail: Mail, trouble: Trouble = OUT_OF_TIME) -> None:
    """For good. Of a mail that may have left nonetheless, registration hears since when its link may be in
    use.
    """
    MAILS_ABANDONED.inc()
    possibly = mail.left_at(mail.claimed_at) if trouble.may_have_left else mail.possibly_sent_at
    key, reason = mail.order.registration_key, trouble.failure
    event = MailAbandoned(registration_key=key, possibly_sent_at=possibly, reason=reason) if key else None
    await _end(service, mail, MailEnd.ABANDONED, event, trouble)


def _mail_sent(mail: Mail, sent_at: datetime) -> MailSent | None:
    key = mail.order.registration_key
    return MailSent(registration_key=key, sent_at=mail.left_at(sent_at)) if key else None


async def _end(
    service: Notification,
    mail: Mail,
    end: MailEnd,
    event: MailSent | MailAbandoned | None,
    trouble: Trouble | None = None,
) -> None:
    """The end of a mail and the word of it, in one commit. Somebody waits for that of the activation mail
    alone.
    """

    async def end_it(tx: Transaction) -> None:
        left_at = event.sent_at if isinstance(event, MailSent) else event.possibly_sent_at if event else None
        is_ours = await repository.end_mail(
            tx, mail.mail_key, attempt=mail.attempts, end=end, left_at=left_at, trouble=trouble
        )
        if is_ours and event is not None:
            await service.outbox.add(tx, event)

    await _stored(service, mail, end_it)
    _log.info("mail.ended", mail_key=str(mail.mail_key), kind=mail.order.kind.value, state=end.value)


async def _stored(
    service: Notification, mail: Mail, change: Callable[[Transaction], Awaitable[None]]
) -> None:
    """Commits what became of an attempt. While the database is away it tries again: to give up now would send
    a mail twice that the relay has taken, or count one as possibly doubled that it has not.
    """
    while True:
        try:
            async with service.database.transaction() as tx:
                await change(tx)
        except TRANSIENT_ERRORS as trouble:
            _log.warning("mail.end_not_stored", mail_key=str(mail.mail_key), error=type(trouble).__name__)
            await asyncio.sleep(0.5)
        else:
            return
