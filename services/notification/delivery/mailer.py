"""The only door to SMTP: each mail to one recipient, and a clear word what became of it."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import aiosmtplib

from chassis.security.trust import trouble_name
from messages.mail_failure import MailFailure
from messages.values import EmailAddress
from services.notification.delivery.domain import Trouble
from services.notification.delivery.relay_answers import RelayAnswer, Stage

MAILS_PER_CONNECTION = 20  # what relays commonly allow; Exchange's own default
KEPT_FOR = 1.0  # seconds from one mail to the next: no relay's patience is as short
_GOODBYE_WITHIN = 5.0  # seconds
_PLAIN_ADDRESS = re.compile(r"(?!.*=[?])[\w!#$%&'*+/=?^`{|}~.-]+@[a-z0-9.-]+", re.ASCII | re.IGNORECASE)


class NotSent(Exception):
    """The text: the numbers of the relay's answer, or a class name."""

    def __init__(
        self, numbers: str, failure: MailFailure | None = None, *, may_have_left: bool = False
    ) -> None:
        super().__init__(numbers)
        self.trouble = Trouble(numbers, failure or MailFailure.NOT_SENT_IN_TIME, may_have_left)


class NotSentYet(NotSent):
    """The relay was away, slow, busy or not set up for us: a later attempt may succeed."""


class RefusedForGood(NotSent):
    """No mail will ever reach this recipient."""


@dataclass(frozen=True)
class Envelope:
    """The relay knows sender and recipient and waits for the mail."""

    _client: aiosmtplib.SMTP
    _timeout: float
    _taken: Callable[[], None]

    async def send(self, message: bytes) -> None:
        """Returns when the relay has said 250 to the mail (Q13). Raises NotSentYet or RefusedForGood."""
        with _plainly_said(Stage.DATA):
            async with asyncio.timeout(self._timeout):
                await self._client.data(message)
        self._taken()


class RelaySession:
    """The mails of one sender, one after the other. They share a connection as long as the relay takes them
    and one follows the other at once (ADR 0040); whatever else happens, the next mail has a new one.
    """

    def __init__(self, mailer: Mailer) -> None:
        self._mailer = mailer
        self._client: aiosmtplib.SMTP | None = None
        self._mails = 0  # that this connection has carried
        self._patience: asyncio.TimerHandle | None = None  # while the connection waits for the next mail
        self._is_over = False

    @asynccontextmanager
    async def envelope(self, *, sender: str, recipient: EmailAddress) -> AsyncIterator[Envelope]:
        """A connection to the relay that has accepted both addresses. Raises NotSentYet or RefusedForGood."""
        if not _PLAIN_ADDRESS.fullmatch(recipient):
            # X27: library or relay would read another recipient in it.
            raise RefusedForGood("address", MailFailure.UNDELIVERABLE_ADDRESS)
        self._wait_no_more()
        try:
            async with _in_time(self._mailer.timeout):
                client = await self._addressed(sender, recipient)
            yield Envelope(client, self._mailer.timeout, self._keep)
        finally:
            if self._patience is None:
                self._leave()

    def end(self) -> None:
        """No further mail. One that is leaving at this moment leaves undisturbed, and QUIT comes after it."""
        self._is_over = True
        if self._patience is not None:
            self._leave()

    async def _addressed(self, sender: str, recipient: EmailAddress) -> aiosmtplib.SMTP:
        if self._client is not None:
            # Before DATA nothing is lost: what a connection refuses that has carried mails, be it for their
            # number, is asked once more on a new one.
            with suppress(NotSentYet):
                await _address(self._client, sender, recipient)
                return self._client
            self._leave()
        self._client = self._mailer.client()
        await self._mailer.introduce(self._client)
        await _address(self._client, sender, recipient)
        return self._client

    def _keep(self) -> None:
        """The relay has taken a mail: its buffers are empty (RFC 5321, 4.1.1.4), the next mail may begin."""
        self._mails += 1
        if self._is_over or self._mails == MAILS_PER_CONNECTION:
            self._leave()
        else:
            self._patience = asyncio.get_running_loop().call_later(KEPT_FOR, self._leave)

    def _wait_no_more(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _leave(self) -> None:
        self._wait_no_more()
        client, self._client, self._mails = self._client, None, 0
        if client is not None:
            self._mailer.say_goodbye(client)


@dataclass(frozen=True)
class Mailer:
    """A relay: `smtp://` (STARTTLS where it is offered) or `smtps://`, with user and password in the URL if
    it wants them. `helo_name` is how we introduce ourselves. `requires_tls`: nothing is said in clear. `tls`:
    whose certificates are believed.
    """

    url: str
    timeout: float  # seconds, until the addresses are accepted, and again until the mail is
    helo_name: str
    requires_tls: bool
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)
    _goodbyes: set[asyncio.Task[None]] = field(default_factory=set, repr=False)

    @contextmanager
    def session(self) -> Iterator[RelaySession]:
        """For mails that follow one another at once. Connects at the first one, and says QUIT at the end."""
        session = RelaySession(self)
        try:
            yield session
        finally:
            session.end()

    async def introduce(self, client: aiosmtplib.SMTP) -> None:
        """Connects and logs in; what must not be read on its way is said only through TLS. Raises
        NotSentYet.
        """
        with _plainly_said(Stage.CONNECT):
            await client.connect()
            if self.requires_tls and client.get_transport_info("ssl_object") is None:
                raise NotSentYet("the relay offers no TLS")
            relay = urlsplit(self.url)
            if relay.username:
                await client.login(unquote(relay.username), unquote(relay.password or ""))

    def client(self) -> aiosmtplib.SMTP:
        """Not connected yet."""
        relay = urlsplit(self.url)
        return aiosmtplib.SMTP(
            hostname=relay.hostname,
            port=relay.port,
            local_hostname=self.helo_name,
            use_tls=relay.scheme == "smtps",
            start_tls=None if relay.scheme == "smtp" else False,
            timeout=self.timeout,
            tls_context=self.tls,
        )

    def say_goodbye(self, client: aiosmtplib.SMTP) -> None:
        """QUIT beside the rest of the work: who waited for its answer would keep window W open for as long
        (K10 of docs/states.md).
        """

        async def quit_politely() -> None:
            with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                async with asyncio.timeout(_GOODBYE_WITHIN):
                    await client.quit()
            client.close()

        goodbye = asyncio.create_task(quit_politely())
        self._goodbyes.add(goodbye)
        goodbye.add_done_callback(self._goodbyes.discard)


async def _address(client: aiosmtplib.SMTP, sender: str, recipient: EmailAddress) -> None:
    with _plainly_said(Stage.MAIL):
        await client.mail(sender)
    with _plainly_said(Stage.RCPT):
        await client.rcpt(str(recipient))


@asynccontextmanager
async def _in_time(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise NotSentYet("TimeoutError") from None


@contextmanager
def _plainly_said(stage: Stage) -> Iterator[None]:
    """Whatever the client library raises, as one of the two words of this module."""
    try:
        yield
    except aiosmtplib.SMTPResponseException as error:
        answer = RelayAnswer(stage, error.code, str(error.message))
        kind = RefusedForGood if answer.is_final else NotSentYet
        raise kind(answer.in_numbers, answer.failure) from None
    except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
        # The relay said nothing: of a mail that was on its way nobody knows whether it has it.
        raise NotSentYet(trouble_name(error), may_have_left=stage is Stage.DATA) from None
