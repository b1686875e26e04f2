"""The only door to SMTP: one mail to one recipient, and a clear word what became of it."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib

from messages.values import EmailAddress


class NotSentYet(Exception):
    """The relay was away, slow or busy (4xx): a later attempt may succeed. The text is a class name or a reply code."""


class RefusedForGood(Exception):
    """The relay refused the recipient or the mail for good (5xx). The text is the reply code."""


@dataclass(frozen=True)
class Mailer:
    """A relay: `smtp://` (STARTTLS where it is offered) or `smtps://`, with user and password in the URL if it wants them."""

    url: str
    timeout: float  # seconds

    async def send(self, message: EmailMessage, *, sender: str, recipient: EmailAddress) -> None:
        """Returns after the relay's 250 to the whole mail. Raises NotSentYet or RefusedForGood."""
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
            async with client:
                # As bytes, folded by the message's own policy: `send_message` would fold anew, and too long (T3).
                await client.sendmail(sender, [str(recipient)], message.as_bytes())
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _by_code(error.recipients[0].code if error.recipients else 450) from None
        except aiosmtplib.SMTPResponseException as error:
            raise _by_code(error.code) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise NotSentYet(type(error).__name__) from None


def _by_code(code: int) -> Exception:
    return RefusedForGood(str(code)) if 500 <= code < 600 else NotSentYet(str(code))
