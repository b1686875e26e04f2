"""A real SMTP server that does as it is told, mail by mail, and keeps what it accepted."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import deque
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP
from faults.ledger import Ledger

from chassis.security.tokens import token_hash
from mypage.local.ports import free_ports

ACTIVATION_PATH = "/activate/"


@dataclass(frozen=True)
class Treatment:
    """What happens to one mail. A reply other than 250 is a refusal. Seconds: `slow` until it is accepted,
    `slow_reply` until told.
    """

    rcpt: str = "250 OK"
    data: str = "250 OK"
    slow: float = 0.0
    slow_reply: float = 0.0
    hang: bool = False  # after the final dot no reply ever comes, and the mail is not accepted
    lose_reply: bool = (
        False  # accepted, but the connection is reset instead of the reply: the sender cannot know
    )

    def __str__(self) -> str:
        slow = f"slow={self.slow}/{self.slow_reply}"
        return f"rcpt={self.rcpt} data={self.data} {slow} hang={self.hang} lose_reply={self.lose_reply}"


ACCEPT = Treatment()
PUT_OFF = Treatment(data="451 later")
PUT_OFF_AT_RCPT = Treatment(rcpt="450 busy")
REFUSED_AT_RCPT = Treatment(rcpt="550 no such user")
REFUSED_AT_DATA = Treatment(data="550 5.1.1 no such user")
HANG = Treatment(hang=True)
LOSE_REPLY = Treatment(lose_reply=True)


@dataclass(frozen=True)
class SunkMail:
    """An accepted mail. `activation_url` is empty in mails without one."""

    at: float  # Unix clock, when it was accepted
    recipient: str
    message_id: str
    subject: str
    activation_url: str
    text: str

    @property
    def token_hash(self) -> str:
        """The activation token as registration stores it; empty in mails without one."""
        token = self.activation_url.rpartition("/")[2]
        return token_hash(token) if token else ""


class SmtpSink:
    """The relay. Treats mails by `to` (an address), then by `next_ones`, then by `usual`."""

    def __init__(self, ledger: Ledger, *, tls: ssl.SSLContext | None = None) -> None:
        """With `tls` nobody may say anything before STARTTLS."""
        self.tls = tls
        self.port = free_ports(1)[0]
        self.usual = ACCEPT
        self.next_ones: deque[Treatment] = deque()
        self.to: dict[str, deque[Treatment]] = {}
        self.hangs_at_connect = False  # takes the connection and never says a word
        self.takes_recipients = asyncio.Event()  # cleared: every RCPT waits for its answer
        self.takes_recipients.set()
        self.mails: list[SunkMail] = []
        self.attempts: list[tuple[float, str, str]] = []  # every RCPT: time, recipient, reply
        self.replies_lost: dict[
            str, int
        ] = {}  # by Message-ID: accepted, but its sender was or may not have been told
        self._not_heard: dict[
            asyncio.BaseTransport, str
        ] = {}  # Message-ID of a mail whose sender may not have read the reply yet
        self._ledger = ledger
        self._by_recipient: dict[str, list[SunkMail]] = {}
        self._arrival = asyncio.Condition()
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.BaseTransport] = set()

    async def start(self) -> None:
        """Listens on its port; also again after `refuse`."""
        if self._server is None:
            self._server = await asyncio.get_running_loop().create_server(
                self._protocol, "127.0.0.1", self.port
            )

    async def stop(self) -> None:
        """Closes the port and every connection."""
        self.refuse()

    def refuse(self) -> None:
        """Connections are refused until `start`, those that are open are reset."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for transport in list(self._connections):
            if transport in self._not_heard:
                self._reply_lost(self._not_heard.pop(transport))
            transport.abort()  # type: ignore[attr-defined]
        self._connections.clear()

    def _reply_lost(self, message_id: str) -> None:
        self.replies_lost[message_id] = self.replies_lost.get(message_id, 0) + 1

    def _protocol(self) -> asyncio.BaseProtocol:
        return _Silent(self._connections) if self.hangs_at_connect else _Smtp(self, self._connections)

    async def mails_to(self, address: str, *, count: int = 1, within: float) -> list[SunkMail]:
        """The mails to an address as soon as there are `count` of them. Raises TimeoutError."""
        async with asyncio.timeout(within), self._arrival:
            await self._arrival.wait_for(lambda: len(self._by_recipient.get(address, [])) >= count)
        return list(self._by_recipient[address])

    def _treatment_of(self, address: str) -> Treatment:
        if self.to.get(address):
            return self.to[address].popleft()
        return self.next_ones.popleft() if self.next_ones else self.usual

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self._not_heard.pop(server.transport, None)  # the next mail on a connection: the reply was read
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        treatment = envelope.treatment = self._treatment_of(address)
        self.attempts.append((time.time(), address, treatment.rcpt))
        if treatment != ACCEPT:
            self._ledger.done("relay", "treats", to=address, how=str(treatment))
        await self.takes_recipients.wait()
        if treatment.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return treatment.rcpt

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        treatment: Treatment = envelope.treatment
        if treatment.hang:
            await asyncio.Event().wait()  # until the client hangs up
        await asyncio.sleep(treatment.slow)
        if treatment.data.startswith("250"):
            mail = _read(envelope)
            self._not_heard[server.transport] = mail.message_id
            if treatment.lose_reply or server.transport.is_closing():  # `refuse` may have come just before
                self._reply_lost(self._not_heard.pop(server.transport))
            await self._keep(mail)
            await asyncio.sleep(treatment.slow_reply)
        if treatment.lose_reply:
            server.transport.abort()
        return treatment.data

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self._not_heard.pop(server.transport, None)
        return "221 Bye"

    async def _keep(self, mail: SunkMail) -> None:
        self.mails.append(mail)
        self._by_recipient.setdefault(mail.recipient, []).append(mail)
        self._ledger.note(
            mail.recipient,
            "mail",
            message_id=mail.message_id,
            subject=mail.subject,
            token_hash=mail.token_hash,
        )
        async with self._arrival:
            self._arrival.notify_all()


def _read(envelope: Any) -> SunkMail:
    message = message_from_bytes(envelope.content, policy=default)
    body = message.get_body(("plain",))
    text = body.get_content() if body else ""
    url = next((line.strip() for line in text.splitlines() if ACTIVATION_PATH in line), "")
    return SunkMail(
        time.time(), envelope.rcpt_tos[0], str(message["Message-ID"]), str(message["Subject"]), url, text
    )


class _Smtp(SMTP):
    """aiosmtpd's server, known to the sink while it is connected."""

    def __init__(self, sink: SmtpSink, connections: set[asyncio.BaseTransport]) -> None:
        loop, tls = asyncio.get_running_loop(), sink.tls
        super().__init__(
            sink, hostname="relay.test", loop=loop, tls_context=tls, require_starttls=tls is not None
        )
        self._connections = connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._connections.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._connections.discard(self.transport)
        super().connection_lost(error)


class _Silent(asyncio.Protocol):
    """Takes a connection and never says a word."""

    def __init__(self, connections: set[asyncio.BaseTransport]) -> None:
        self._connections = connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._connections.add(transport)
