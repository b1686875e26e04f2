"""The built-in mail catcher of `make up`: every mail of the system ends here, on this machine, and can be
read in the browser.
"""

import asyncio
import weakref
from pathlib import Path

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from messages.company import CompanyProfile
from mypage.local.mailcatcher.page import create_app
from mypage.local.mailcatcher.store import Mail, MailStore, read_mail
from mypage.sample_mails import sample_mail
from services.notification.orders.domain import MailKind

_HOST = "127.0.0.1"
_MOST_MAILS = 500
_LARGEST_MAIL_BYTES = 5_000_000


class MailCatcher:
    """An SMTP server and a page over what it received, both on the loopback address and in the running event
    loop.

    Whoever can use this machine can read the mails: it is for trying out, not for customers.
    """

    def __init__(
        self, *, directory: Path | None, http_port: int, smtp_port: int = 0, company: CompanyProfile
    ) -> None:
        """Mails are kept in `directory` (the 500 newest survive a restart), or in memory when it is None;
        port 0 takes a free one. `company` signs the samples.
        """
        self._company = company
        self._directory = directory
        self._http_port = http_port
        self._smtp_port = smtp_port
        self._smtp: asyncio.Server | None = None
        self._web: web.AppRunner | None = None
        self._connections: weakref.WeakSet[SMTP] = weakref.WeakSet()

    async def start(self) -> None:
        """Returns when mails are taken and the page answers. Raises OSError when a port is occupied; nothing
        is left open then.
        """
        store = await asyncio.to_thread(MailStore, self._directory, _MOST_MAILS)
        try:
            app = create_app(store, self._samples, brand_colour=self._company.brand_colour)
            self._web = web.AppRunner(app, access_log=None, shutdown_timeout=1)
            await self._web.setup()
            await web.TCPSite(self._web, _HOST, self._http_port).start()
            self._http_port = self._web.addresses[0][1]
            self._smtp = await asyncio.get_running_loop().create_server(
                lambda: self._connection(store), _HOST, self._smtp_port
            )
            self._smtp_port = self._smtp.sockets[0].getsockname()[1]
        except OSError:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Closes both ports and every connection."""
        if self._smtp is not None:
            self._smtp.close()
            for connection in list(self._connections):
                if connection.transport is not None:
                    connection.transport.close()
            await self._smtp.wait_closed()
        if self._web is not None:
            await self._web.cleanup()
        self._smtp = self._web = None

    @property
    def smtp_url(self) -> str:
        """Where to send mails, for instance `smtp://127.0.0.1:2525`: no encryption, no password."""
        return f"smtp://{_HOST}:{self._smtp_port}"

    @property
    def page_url(self) -> str:
        """Where to read them, for instance `http://127.0.0.1:8025/`."""
        return f"http://{_HOST}:{self._http_port}/"

    def _samples(self) -> list[Mail]:
        return [read_mail(kind.value, sample_mail(kind, self._company)) for kind in MailKind]

    def _connection(self, store: MailStore) -> SMTP:
        loop = asyncio.get_running_loop()
        size = _LARGEST_MAIL_BYTES
        connection = SMTP(
            _Receiver(store), hostname="localhost", enable_SMTPUTF8=True, data_size_limit=size, loop=loop
        )
        self._connections.add(connection)
        return connection


class _Receiver:
    """Takes every mail for every address. aiosmtpd calls it, and answers 500 to the sender when it raises."""

    def __init__(self, store: MailStore) -> None:
        self._store = store

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.content
        self._store.add(
            content if isinstance(content, bytes) else str(content).encode(),
            envelope.mail_from or "",
            envelope.rcpt_tos,
        )
        return "250 kept"
