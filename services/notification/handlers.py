"""Events become rows. A mail waits in the table, not in a queue, so a restart forgets none (ADR 0006)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from pydantic import BaseModel

from chassis.database.db import Database
from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.inbox import is_first_delivery
from chassis.messaging.outbox import Outbox
from chassis.security.sealing import Sealed, Unsealer
from chassis.security.tokens import new_key
from messages.identity import (
    AccountClosingSoon,
    AccountCreated,
    AccountMailRecipient,
    RegisteredContractProved,
)
from messages.registration import MailOrder, ProvisionallyRegistered
from services.notification import domain
from services.notification.domain import MailKind
from services.notification.mailer import Mailer
from services.notification.rendering import Letterhead
from services.notification.repository import Mails
from services.notification.turns import SendSlots

TURN_AT_MOST = 0.5  # seconds: a relay that takes longer for its 250 holds up nobody else's mail


@dataclass(frozen=True)
class Notification:
    """What the handlers and the senders work with."""

    database: Database
    outbox: Outbox
    unsealer: Unsealer
    mailer: Mailer
    letterhead: Letterhead
    public_url: str
    ordered: asyncio.Event = field(default_factory=asyncio.Event)
    sending: set[asyncio.Task[bool]] = field(default_factory=set)
    in_hand: set[UUID] = field(default_factory=set)  # keys of the mails that this process is sending
    turns: SendSlots = field(default_factory=lambda: SendSlots(TURN_AT_MOST))


async def on_provisionally_registered(
    service: Notification, event: ProvisionallyRegistered, received: DeliveryInfo
) -> None:
    """Orders the 仮登録受付完了 mail."""
    facts = {"not_after": (event.registered_at + domain.ORDER_STANDS).isoformat()}
    await _order(service, received, MailKind.ACTIVATION, event.registration_key, event.mail_order, facts)


async def on_account_created(service: Notification, event: AccountCreated, received: DeliveryInfo) -> None:
    """Orders the 本登録完了 mail (S6-2)."""
    await _order(service, received, MailKind.COMPLETED, event.account_key, event.recipient)


async def on_registered_contract_proved(
    service: Notification, event: RegisteredContractProved, received: DeliveryInfo
) -> None:
    """Orders the note that somebody proved a contract which has an account (Q11)."""
    await _order(
        service,
        received,
        MailKind.CONTRACT_PROVED,
        event.notice_key,
        event.recipient,
        {"bound_to": str(event.account_key)},
    )


async def on_account_closing_soon(
    service: Notification, event: AccountClosingSoon, received: DeliveryInfo
) -> None:
    """Orders the note that My Page ends with the contract (Q24)."""
    facts = {"closes_at": event.closes_at.isoformat()}
    await _order(service, received, MailKind.CLOSING_SOON, event.account_key, event.recipient, facts)


async def _order(
    service: Notification,
    received: DeliveryInfo,
    kind: MailKind,
    about: UUID,
    content: BaseModel,
    facts: Mapping[str, str] | None = None,
) -> None:
    """Opened once before it is stored, as it came: what cannot be read is a dead letter now, and not a lost
    mail later.
    """
    facts, sealed_content = facts or {}, content.model_dump_json()
    unsealed(service, kind, sealed_content, facts.get("bound_to", str(about)))
    async with service.database.transaction() as tx:
        if not await is_first_delivery(tx, consumer="notification", message_id=received.message_id):
            return
        await Mails(tx).order(new_key(), kind, about, sealed_content, facts)
    service.ordered.set()


def unsealed(
    service: Notification, kind: MailKind, sealed_content: str, bound_to: str
) -> MailOrder | AccountMailRecipient:
    """What was ordered, in clear. Raises BrokenSeal."""
    if kind is MailKind.ACTIVATION:
        return service.unsealer.open(
            Sealed[MailOrder].model_validate_json(sealed_content), MailOrder, bound_to=bound_to
        )
    sealed = Sealed[AccountMailRecipient].model_validate_json(sealed_content)
    return service.unsealer.open(sealed, AccountMailRecipient, bound_to=bound_to)
