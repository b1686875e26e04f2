"""An SMTP server that takes every mail at once and knows when: for ours and for Django alike."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP

from mypage.local.ports import free_ports

_LINK = re.compile(r"https?://\S+/(?:activate|accounts/confirm-email)/\S+")


@dataclass(frozen=True)
class SunkMail:
    """When it was accepted (time.monotonic), and the link in it."""

    accepted_at: float
    link: str


class MailSink:
    """Keeps the first mail with a link to each address until somebody comes for it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._mails: dict[str, asyncio.Future[SunkMail]] = {}

    @property
    def url(self) -> str:
        """Where to send mails."""
        return f"smtp://127.0.0.1:{self.port}"

    async def mail_to(self, address: str, *, within: float) -> SunkMail:
        """As soon as it is there. Raises TimeoutError."""
        async with asyncio.timeout(within):
            mail = await self._to(address)
        del self._mails[address]
        return mail

    def _to(self, address: str) -> asyncio.Future[SunkMail]:
        return self._mails.setdefault(address, asyncio.get_running_loop().create_future())

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        accepted_at = time.monotonic()
        body = message_from_bytes(envelope.content, policy=default).get_body(("plain",))
        link = _LINK.search(body.get_content()) if body else None
        waiting = self._to(envelope.rcpt_tos[0]) if link else None
        if link and waiting and not waiting.done():
            waiting.set_result(SunkMail(accepted_at, link[0]))
        return "250 OK"


@asynccontextmanager
async def mail_sink() -> AsyncIterator[MailSink]:
    """Listens for the block."""
    sink, loop = MailSink(free_ports(1)[0]), asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(sink, hostname="relay.test", loop=loop), "127.0.0.1", sink.port
    )
    try:
        yield sink
    finally:
        server.close()
