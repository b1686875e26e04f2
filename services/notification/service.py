"""What notification's use cases work with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol
from uuid import UUID

from chassis.database.db import Database
from chassis.messaging.outbox import Outbox
from chassis.security.sealing import Unsealer
from messages.company import CompanyProfile
from messages.values import EmailAddress

AT_ONCE = 6  # senders: one mail that hangs in the relay holds up no other one
WITH_TIME = (
    4  # of them, at most, take mails that can wait: however these hang, the others are free (ADR 0055)
)


class Envelope(Protocol):
    """A relay that knows sender and recipient and waits for the mail."""

    async def send(self, message: bytes) -> None:
        """Returns when the relay has taken the whole mail (Q13)."""


class RelaySession(Protocol):
    """The way to the relay for the mails of one sender, one after the other."""

    def envelope(self, *, sender: str, recipient: EmailAddress) -> AbstractAsyncContextManager[Envelope]:
        """A connection to the relay that has accepted both addresses."""


class Relay(Protocol):
    """Where mails leave; delivery/mailer.py is the one there is."""

    def session(self) -> AbstractContextManager[RelaySession]:
        """For mails that follow one another at once."""


class SendSlot(Protocol):
    """The turn of one mail at the final dot."""

    def keep(self) -> None:
        """The relay has answered: the turn ends with the block, and not by time any more."""


@dataclass(frozen=True)
class Letterhead:
    """Who writes, and what company the mail speaks for."""

    address: str
    name: str
    reply_to: str
    company: CompanyProfile

    @classmethod
    def of(
        cls, company: CompanyProfile, *, address: str = "", name: str = "", reply_to: str = ""
    ) -> Letterhead:
        """As told, else as the company's profile says (T14)."""
        return cls(
            address=address or f"no-reply@{company.mail_domain}",
            name=name or company.service_name,
            reply_to=reply_to or f"support@{company.mail_domain}",
            company=company,
        )


@dataclass(frozen=True)
class Notification:
    """Database, keys and relay, and what this process is sending at the moment.

    `send_slot` is had by one sender at a time (ADR 0019); `in_hand` are the keys of the mails that are being
    sent; who has one of `places_with_time` may take a mail that can wait. `bounces_to` is empty where mails
    come back to the sender's address.
    """

    database: Database
    outbox: Outbox
    unsealer: Unsealer
    relay: Relay
    send_slot: Callable[[], AbstractAsyncContextManager[SendSlot]]
    letterhead: Letterhead
    public_url: str
    bounces_to: str = ""
    ordered: asyncio.Queue[None] = field(default_factory=partial(asyncio.Queue, maxsize=AT_ONCE))
    sending: set[asyncio.Task[bool]] = field(default_factory=set)
    in_hand: set[UUID] = field(default_factory=set)
    places_with_time: asyncio.Semaphore = field(default_factory=partial(asyncio.Semaphore, WITH_TIME))

    def return_path(self, mail_key: UUID) -> str:
        """Where the mail comes back to when it cannot be delivered: with its key in the address (VERP), so
        that a bounce is told by where it went, whatever it quotes.
        """
        user, _, domain = self.bounces_to.partition("@")
        return f"{user}+{mail_key.hex}@{domain}" if domain else self.letterhead.address

    def wake_a_sender(self) -> None:
        """There is a mail to send. One word for each sender is enough: whoever hears it sends all that are
        due, and one that hangs keeps none from the others.
        """
        if not self.ordered.full():
            self.ordered.put_nowait(None)
