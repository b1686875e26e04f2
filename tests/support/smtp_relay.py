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
        self.slow, self.begun = 0.0, False  # seconds before DATA is answered; whether one has begun
        self.accepted: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.raw: list[bytes] = []
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        """Its URL."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, hostname="relay.test", loop=loop), "127.0.0.1", 0
        )
        return f"smtp://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Closes the port."""
        if self._server:
            self._server.close()

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.mail.startswith("250"):
            envelope.mail_from = address
        return self.mail

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.begun = True
        await asyncio.sleep(self.slow)
        if self.data.startswith("250"):
            self.accepted.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
            self.raw.append(bytes(envelope.content))
            self.recipients.append(list(envelope.rcpt_tos))
        return self.data
