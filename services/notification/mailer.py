"""The only door to SMTP: one mail to one recipient, and a clear word what became of it."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib

from messages.values import EmailAddress

_GOODBYE_WITHIN = 5.0  # seconds


class NotSentYet(Exception):
    """The relay was away, slow, busy (4xx) or not set up for us: a later attempt may succeed. The text is a class name or a code."""


class RefusedForGood(Exception):
    """The relay refused this recipient or this mail for good (5xx to RCPT or DATA). The text is the reply code."""


@dataclass(frozen=True)
class Mailer:
    """A relay: `smtp://` (STARTTLS where it is offered) or `smtps://`, with user and password in the URL if it wants them."""

    url: str
    timeout: float  # seconds, for the whole attempt
    _goodbyes: set[asyncio.Task[None]] = field(default_factory=set, repr=False)

    async def send(self, message: EmailMessage, *, sender: str, recipient: EmailAddress) -> None:
        """Returns when the relay has said 250 to the whole mail (Q13). Raises NotSentYet or RefusedForGood."""
        if not str(recipient).isascii() or any(character in recipient for character in "\r\n<> "):
            raise RefusedForGood("address")  # X27: the client library would cut such an envelope short in silence
        relay = urlsplit(self.url)
        client = aiosmtplib.SMTP(
            hostname=relay.hostname,
            port=relay.port,
            username=unquote(relay.username) if relay.username else None,
            password=unquote(relay.password) if relay.password else None,
            use_tls=relay.scheme == "smtps",
            start_tls=None if relay.scheme == "smtp" else False,
            timeout=self.timeout,
            tls_context=ssl.create_default_context(),
        )
        try:
            async with asyncio.timeout(self.timeout):
                await client.connect()
                # As bytes, folded by the message's own policy: `send_message` would fold anew, and too long (T3).
                await client.sendmail(sender, [str(recipient)], message.as_bytes())
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _by_code(error.recipients[0].code if error.recipients else 450) from None
        except aiosmtplib.SMTPDataError as error:
            raise _by_code(error.code) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise NotSentYet(type(error).__name__) from None
        finally:
            self._say_goodbye(client)

    def _say_goodbye(self, client: aiosmtplib.SMTP) -> None:
        """QUIT beside the rest of the work: who waited for its answer would keep window W open for as long (K10 of docs/states.md)."""

        async def quit_politely() -> None:
            with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                async with asyncio.timeout(_GOODBYE_WITHIN):
                    await client.quit()
            client.close()

        goodbye = asyncio.create_task(quit_politely())
        self._goodbyes.add(goodbye)
        goodbye.add_done_callback(self._goodbyes.discard)


def _by_code(code: int) -> Exception:
    return RefusedForGood(str(code)) if 500 <= code < 600 else NotSentYet(str(code))
