"""A real SMTP server that does as it is told: accepts, puts off or refuses."""

from __future__ import annotations

import asyncio
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP


class Relay:
    """Replies to RCPT and DATA with `rcpt` and `data`; keeps what it accepted."""

    def __init__(self) -> None:
        self.mail, self.rcpt, self.data = "250 OK", "250 OK", "250 OK"
        self.begun = False  # whether a mail has come to its end and waits for the answer
        self.waiting = 0  # so many of them at this moment
        self._answers = asyncio.Event()
        self._answers.set()
        self.accepted: list[EmailMessage] = []
        self.senders: list[str] = []
        self.recipients: list[list[str]] = []
        self.introductions: set[str] = set()  # what clients said in EHLO
        self.raw: list[bytes] = []
        self.wire: list[bytearray] = []  # of each connection, every byte that the client said
        self.connections = 0  # that were opened, and how many of them ended with QUIT
        self.goodbyes = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        """Its URL."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self.connection, "127.0.0.1", 0)
        return f"smtp://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def connection(self) -> SMTP:
        """The server's side of a new one."""
        self.connections += 1
        self.wire.append(bytearray())
        return _Overheard(self, self.wire[-1])

    @property
    def taken(self) -> list[str]:
        """Whose mails it has accepted, as often as it has."""
        return [recipient for recipients in self.recipients for recipient in recipients]

    def hold(self) -> asyncio.Event:
        """DATA of the mails that come from now on is answered when the event is set, and not before."""
        self._answers = asyncio.Event()
        return self._answers

    def hold_no_more(self) -> None:
        """Mails that come from now on are answered at once; those that are held stay held."""
        self.hold().set()

    async def stop(self) -> None:
        """Closes the port."""
        if self._server:
            self._server.close()

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.introductions.add(session.host_name)
        if self.mail.startswith("250"):
            envelope.mail_from = address
        return self.mail

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.begun = True
        self.waiting += 1
        try:
            await self._answers.wait()
        finally:
            self.waiting -= 1
        if self.data.startswith("250"):
            self.accepted.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
            self.raw.append(bytes(envelope.content))
            self.senders.append(envelope.mail_from or "")
            self.recipients.append(list(envelope.rcpt_tos))
        return self.data

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.goodbyes += 1
        return "221 Bye"


class _Overheard(SMTP):
    """aiosmtpd's server; keeps what came before anybody has read anything in it."""

    def __init__(self, relay: Relay, wire: bytearray) -> None:
        super().__init__(relay, hostname="relay.test", loop=asyncio.get_running_loop())
        self._wire = wire

    def data_received(self, data: bytes) -> None:
        self._wire += data
        super().data_received(data)
