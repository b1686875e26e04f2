"""The only door to SMTP: one mail to one recipient, and a clear word what became of it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib

from messages.values import EmailAddress

_GOODBYE_WITHIN = 5.0  # seconds


class NotSentYet(Exception):
    """The relay was away, slow, busy (4xx) or not set up for us: a later attempt may succeed. The text is a
    class name or a code.
    """


class RefusedForGood(Exception):
    """The relay refused this recipient or this mail for good (5xx to RCPT or DATA). The text is the reply
    code.
    """


@dataclass(frozen=True)
class Envelope:
    """The relay knows sender and recipient and waits for the mail."""

    _client: aiosmtplib.SMTP
    _timeout: float

    async def send(self, message: EmailMessage) -> None:
        """Returns when the relay has said 250 to the mail (Q13). Raises NotSentYet or RefusedForGood."""
        with _plainly_said():
            async with asyncio.timeout(self._timeout):
                # As bytes, folded by the message's own policy: `send_message` would fold anew, and too long.
                await self._client.data(message.as_bytes())


@dataclass(frozen=True)
class Mailer:
    """A relay: `smtp://` (STARTTLS where it is offered) or `smtps://`, with user and password in the URL if
    it wants them.
    """

    url: str
    timeout: float  # seconds, until the addresses are accepted, and again until the mail is
    _goodbyes: set[asyncio.Task[None]] = field(default_factory=set, repr=False)

    @asynccontextmanager
    async def envelope(self, *, sender: str, recipient: EmailAddress) -> AsyncIterator[Envelope]:
        """A connection to the relay that has accepted both addresses. Raises NotSentYet or RefusedForGood."""
        if not str(recipient).isascii() or any(character in recipient for character in "\r\n<> "):
            # X27: the client library would cut such an envelope short in silence.
            raise RefusedForGood("address")
        client = self._client()
        try:
            with _plainly_said():
                async with asyncio.timeout(self.timeout):
                    await client.connect()
                    await client.mail(sender)
                    await client.rcpt(str(recipient))
            yield Envelope(client, self.timeout)
        finally:
            self._say_goodbye(client)

    def _client(self) -> aiosmtplib.SMTP:
        relay = urlsplit(self.url)
        return aiosmtplib.SMTP(
            hostname=relay.hostname,
            port=relay.port,
            username=unquote(relay.username) if relay.username else None,
            password=unquote(relay.password) if relay.password else None,
            use_tls=relay.scheme == "smtps",
            start_tls=None if relay.scheme == "smtp" else False,
            timeout=self.timeout,
            tls_context=ssl.create_default_context(),
        )

    def _say_goodbye(self, client: aiosmtplib.SMTP) -> None:
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


@contextmanager
def _plainly_said() -> Iterator[None]:
    """Whatever the client library raises, as one of the two words of this module."""
    try:
        yield
    except (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError) as error:
        raise _by_code(error.code) from None
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        raise NotSentYet(type(error).__name__) from None


def _by_code(code: int) -> Exception:
    return RefusedForGood(str(code)) if 500 <= code < 600 else NotSentYet(str(code))
