"""The only door to SMTP: one mail to one recipient, and a clear word what became of it."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib

from chassis.clock import Clock
from messages.values import EmailAddress


class NotSentYet(Exception):
    """The relay was away, slow, busy (4xx) or not set up for us: a later attempt may succeed. The text is a class name or a code."""


class RefusedForGood(Exception):
    """The relay refused this recipient or this mail for good (5xx to RCPT or DATA). The text is the reply code."""


@dataclass(frozen=True)
class Mailer:
    """A relay: `smtp://` (STARTTLS where it is offered) or `smtps://`, with user and password in the URL if it wants them."""

    url: str
    timeout: float  # seconds, for the whole attempt: it must end before the lease does
    clock: Clock

    async def send(self, message: EmailMessage, *, sender: str, recipient: EmailAddress) -> datetime:
        """The instant at which the relay said 250 to the whole mail (Q13). Raises NotSentYet or RefusedForGood."""
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
        accepted_at: datetime | None = None  # once it is set, the mail is out: trouble with the good-bye changes nothing
        try:
            async with asyncio.timeout(self.timeout), client:
                # As bytes, folded by the message's own policy: `send_message` would fold anew, and too long (T3).
                await client.sendmail(sender, [str(recipient)], message.as_bytes())
                accepted_at = self.clock.now()
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _by_code(error.recipients[0].code if error.recipients else 450) from None
        except aiosmtplib.SMTPDataError as error:
            raise _by_code(error.code) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            if accepted_at is None:
                raise NotSentYet(type(error).__name__) from None
        assert accepted_at is not None  # noqa: S101 - every way without it has raised
        return accepted_at


def _by_code(code: int) -> Exception:
    return RefusedForGood(str(code)) if 500 <= code < 600 else NotSentYet(str(code))
