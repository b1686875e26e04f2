"""Rows become mails: due ones are claimed, sent, and their end is stored and said (ADR 0006, ADR 0014)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage

import structlog

from chassis.database.db import TRANSIENT_ERRORS
from chassis.messaging.inbox import forget_old
from chassis.process.clock import monotonic
from chassis.process.failpoints import reach
from chassis.process.metrics import MAILS_POSSIBLY_DOUBLED
from chassis.security.sealing import BrokenSeal
from messages.notification import MailAbandoned, MailSent
from messages.registration import MailOrder
from messages.values import EmailAddress
from services.notification import domain
from services.notification.domain import Mail, MailKind
from services.notification.handlers import Notification, unsealed
from services.notification.mailer import NotSentYet, RefusedForGood
from services.notification.rendering import render
from services.notification.repository import Mails

_log = structlog.get_logger(__name__)

AT_ONCE = 6  # one mail that hangs in the relay holds up no other one
KEPT_FOR = timedelta(days=30)
STOP_WITHIN = 7.0  # seconds


async def deliver(service: Notification) -> None:
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


async def finish(service: Notification) -> None:
    """Waits for the mails that are just leaving; one that takes longer is sent again by whoever takes its
    lease over.
    """
    if service.sending:
        await asyncio.wait(service.sending, timeout=STOP_WITHIN)


async def _deliver_one(service: Notification) -> bool:
    began = monotonic()
    async with service.database.transaction() as tx:
        mail = await Mails(tx).claim_one(in_hand=service.in_hand)
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
        await _end(service, mail, "abandoned", MailAbandoned(registration_key=mail.about_key))
        return
    try:
        recipient, values = _open(service, mail)
    except BrokenSeal:
        _log.error("mail.unreadable", mail_key=str(mail.mail_key))
        await _end(service, mail, "abandoned", MailAbandoned(registration_key=mail.about_key))
        return
    message = render(
        mail.kind,
        values,
        to=str(recipient),
        letterhead=service.letterhead,
        mail_key=mail.mail_key,
        at=mail.claimed_at,
    )
    async with _kept_lease(service, mail):
        await _send(service, mail, message, recipient, began)


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
            service.mailer.envelope(sender=service.letterhead.address, recipient=recipient) as envelope,
            service.turns.mine(),
        ):
            await envelope.send(message)
            sent_at = mail.claimed_at + timedelta(seconds=monotonic() - began)
            reach("mail.accepted")
            await _end(service, mail, "sent", MailSent(registration_key=mail.about_key, sent_at=sent_at))
            reach("mail.ended")
    except NotSentYet as trouble:
        _log.warning(
            "mail.postponed", mail_key=str(mail.mail_key), attempt=mail.attempts, reason=str(trouble)
        )
        await _postpone_or_abandon(service, mail)
    except RefusedForGood as trouble:
        _log.error("mail.refused", mail_key=str(mail.mail_key), reason=str(trouble))
        await _end(service, mail, "abandoned", MailAbandoned(registration_key=mail.about_key))


@asynccontextmanager
async def _kept_lease(service: Notification, mail: Mail) -> AsyncIterator[None]:
    """Renews the lease as long as the block runs, however slow the relay is (ADR 0014)."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(domain.LEASE_RENEWED_EVERY.total_seconds())
            try:
                async with service.database.transaction() as tx:
                    await Mails(tx).renew_lease(mail.mail_key, attempt=mail.attempts)
            except TRANSIENT_ERRORS:
                _log.warning("mail.lease_not_renewed", mail_key=str(mail.mail_key))

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()


def _open(service: Notification, mail: Mail) -> tuple[EmailAddress, dict[str, str]]:
    """The recipient and the values of the template."""
    content = unsealed(
        service, mail.kind, mail.sealed_content, mail.facts.get("bound_to", str(mail.about_key))
    )
    if isinstance(content, MailOrder):
        values = {
            "activation_url": f"{service.public_url}/activate/{content.activation_token}",
            "deadline": domain.in_words(domain.promised_deadline(mail.claimed_at)),
        }
        return content.email_address, values
    values = {
        "nickname": str(content.nickname),
        "account_id": str(content.account_id),
        "login_url": f"{service.public_url}/login",
    }
    if "closes_at" in mail.facts:
        values["closes_at"] = domain.in_words(datetime.fromisoformat(mail.facts["closes_at"]))
    return content.email_address, values


async def _postpone_or_abandon(service: Notification, mail: Mail) -> None:
    wait = domain.next_attempt(mail.attempts)
    if wait is None:
        await _end(service, mail, "abandoned", MailAbandoned(registration_key=mail.about_key))
        return
    async with service.database.transaction() as tx:
        await Mails(tx).postpone(mail.mail_key, attempt=mail.attempts, wait=wait)


async def _end(service: Notification, mail: Mail, state: str, event: MailSent | MailAbandoned) -> None:
    """The end of a mail and the word of it, in one commit. Only of the activation mail anybody wants to hear.

    While the database is away it tries again: to give up now would send a mail twice that the relay has
    taken.
    """
    while True:
        try:
            async with service.database.transaction() as tx:
                if (
                    await Mails(tx).end(mail.mail_key, attempt=mail.attempts, state=state)
                    and mail.kind is MailKind.ACTIVATION
                ):
                    await service.outbox.add(tx, event)
        except TRANSIENT_ERRORS as trouble:
            _log.warning("mail.end_not_stored", mail_key=str(mail.mail_key), error=type(trouble).__name__)
            await asyncio.sleep(0.5)
        else:
            _log.info("mail.ended", mail_key=str(mail.mail_key), kind=mail.kind.value, state=state)
            return


async def forget(service: Notification) -> None:
    """Old mails and old inbox entries go."""
    async with service.database.transaction() as tx:
        await Mails(tx).forget_old(KEPT_FOR)
        await forget_old(tx)
