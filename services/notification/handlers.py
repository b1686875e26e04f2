"""Events become rows; rows become mails. A mail waits in the table, not in a queue, so a restart forgets none (ADR 0006)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from pydantic import BaseModel

from chassis.clock import Clock
from chassis.db import Database
from chassis.dispatch import Received
from chassis.inbox import forget_old, is_first_delivery
from chassis.outbox import Outbox
from chassis.sealing import BrokenSeal, Sealed, Unsealer
from chassis.tokens import new_key
from messages.identity import AccountClosingSoon, AccountCreated, AccountMailRecipient, RegisteredContractProved
from messages.notification import MailAbandoned, MailSent
from messages.registration import MailOrder, ProvisionallyRegistered
from messages.values import EmailAddress
from services.notification.domain import ORDER_STANDS, Mail, MailKind, in_words, is_hopeless, next_attempt, promised_deadline
from services.notification.mailer import Mailer, NotSentYet, RefusedForGood
from services.notification.rendering import Letterhead, render
from services.notification.repository import Mails

_log = structlog.get_logger(__name__)

AT_ONCE = 4
KEPT_FOR = timedelta(days=30)
STOP_WITHIN = 20.0  # seconds


@dataclass(frozen=True)
class Notification:
    """What the handlers work with."""

    database: Database
    outbox: Outbox
    unsealer: Unsealer
    mailer: Mailer
    letterhead: Letterhead
    public_url: str
    clock: Clock
    ordered: asyncio.Event = field(default_factory=asyncio.Event)
    sending: set[asyncio.Task[bool]] = field(default_factory=set)


async def on_provisionally_registered(service: Notification, event: ProvisionallyRegistered, received: Received) -> None:
    """Orders the 仮登録受付完了 mail."""
    facts = {"not_after": (event.registered_at + ORDER_STANDS).isoformat()}
    await _order(service, received, MailKind.ACTIVATION, event.registration_key, event.mail_order, facts)


async def on_account_created(service: Notification, event: AccountCreated, received: Received) -> None:
    """Orders the 本登録完了 mail (S6-2)."""
    await _order(service, received, MailKind.COMPLETED, event.account_key, event.recipient)


async def on_registered_contract_proved(service: Notification, event: RegisteredContractProved, received: Received) -> None:
    """Orders the note that somebody proved a contract which has an account (Q11)."""
    await _order(service, received, MailKind.CONTRACT_PROVED, event.notice_key, event.recipient, {"bound_to": str(event.account_key)})


async def on_account_closing_soon(service: Notification, event: AccountClosingSoon, received: Received) -> None:
    """Orders the note that My Page ends with the contract (Q24)."""
    facts = {"closes_at": event.closes_at.isoformat()}
    await _order(service, received, MailKind.CLOSING_SOON, event.account_key, event.recipient, facts)


async def _order(
    service: Notification, received: Received, kind: MailKind, about: UUID, content: BaseModel, facts: Mapping[str, str] | None = None
) -> None:
    async with service.database.transaction() as tx:
        if not await is_first_delivery(tx, consumer="notification", message_id=received.message_id):
            return
        await Mails(tx).order(new_key(), kind, about, content.model_dump_json(), facts or {})
    service.ordered.set()


async def deliver(service: Notification) -> None:
    """Sends every mail that is due, a few at a time, then waits for the next order, a second at most."""
    while any(await asyncio.gather(*(_shielded(service) for _ in range(AT_ONCE)))):
        pass
    service.ordered.clear()
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
    """Waits for the mails that are just leaving, at most as long as the relay may take."""
    if service.sending:
        await asyncio.wait(service.sending, timeout=STOP_WITHIN)


async def _deliver_one(service: Notification) -> bool:
    async with service.database.transaction() as tx:
        mail = await Mails(tx).claim_one()
    if mail is None:
        return False
    attempted_at = service.clock.now()
    if is_hopeless(mail, attempted_at):
        await _end(service, mail, "abandoned", MailAbandoned(registration_key=mail.about_key))
        return True
    try:
        recipient, values = _open(service, mail, attempted_at)
    except BrokenSeal:
        _log.error("mail.unreadable", mail_key=str(mail.mail_key))
        await _end(service, mail, "abandoned", MailAbandoned(registration_key=mail.about_key))
        return True
    message = render(
        mail.kind, values, to=str(recipient), letterhead=service.letterhead, mail_key=mail.mail_key, at=attempted_at
    )
    try:
        sent_at = await service.mailer.send(message, sender=service.letterhead.address, recipient=recipient)
    except NotSentYet as trouble:
        _log.warning("mail.postponed", mail_key=str(mail.mail_key), attempt=mail.attempts, reason=str(trouble))
        await _postpone_or_abandon(service, mail)
    except RefusedForGood as trouble:
        _log.error("mail.refused", mail_key=str(mail.mail_key), reason=str(trouble))
        await _end(service, mail, "abandoned", MailAbandoned(registration_key=mail.about_key))
    else:
        await _end(service, mail, "sent", MailSent(registration_key=mail.about_key, sent_at=sent_at))
    return True


def _open(service: Notification, mail: Mail, attempted_at: datetime) -> tuple[EmailAddress, dict[str, str]]:
    """The recipient and the values of the template."""
    bound_to = mail.facts.get("bound_to", str(mail.about_key))
    if mail.kind is MailKind.ACTIVATION:
        order = service.unsealer.open(Sealed[MailOrder].model_validate_json(mail.sealed_content), MailOrder, bound_to=bound_to)
        values = {
            "activation_url": f"{service.public_url}/activate/{order.activation_token}",
            "deadline": in_words(promised_deadline(attempted_at)),
        }
        return order.email_address, values
    sealed = Sealed[AccountMailRecipient].model_validate_json(mail.sealed_content)
    to = service.unsealer.open(sealed, AccountMailRecipient, bound_to=bound_to)
    values = {"nickname": str(to.nickname), "account_id": str(to.account_id), "login_url": f"{service.public_url}/login"}
    if "closes_at" in mail.facts:
        values["closes_at"] = in_words(datetime.fromisoformat(mail.facts["closes_at"]))
    return to.email_address, values


async def _postpone_or_abandon(service: Notification, mail: Mail) -> None:
    wait = next_attempt(mail.attempts)
    if wait is None:
        await _end(service, mail, "abandoned", MailAbandoned(registration_key=mail.about_key))
        return
    async with service.database.transaction() as tx:
        await Mails(tx).postpone(mail.mail_key, attempt=mail.attempts, wait=wait)


async def _end(service: Notification, mail: Mail, state: str, event: MailSent | MailAbandoned) -> None:
    """The end of a mail and the word of it, in one commit. Only of the activation mail anybody wants to hear."""
    async with service.database.transaction() as tx:
        if await Mails(tx).end(mail.mail_key, attempt=mail.attempts, state=state) and mail.kind is MailKind.ACTIVATION:
            await service.outbox.add(tx, event)
    _log.info("mail.ended", mail_key=str(mail.mail_key), kind=mail.kind.value, state=state)


async def forget(service: Notification) -> None:
    """Old mails and old inbox entries go."""
    async with service.database.transaction() as tx:
        await Mails(tx).forget_old(KEPT_FOR)
        await forget_old(tx)
