"""The environment of notification."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from chassis.process.settings import CaFile, Origin, ServiceSettings, speaks
from chassis.security.key_texts import SecretKeyText
from messages.company import OfOneCompany, OurMailbox

_RETURN_PATH = re.compile(r"[a-z0-9._-]{1,31}@[a-z0-9.-]+\.[a-z]{2,}", re.IGNORECASE)
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def _a_return_path(address: str) -> str:
    """With `+` and 32 digits its local part fits into the 64 characters of RFC 5321."""
    if address and not _RETURN_PATH.fullmatch(address):
        raise ValueError("an address whose part before the @ has at most 31 of a-z 0-9 . _ -")
    return address


class Settings(OfOneCompany, ServiceSettings):
    """Its keys, the relay, and who writes. All names have the prefix `MYPAGE_`."""

    sealing_private_keys: list[SecretKeyText] = Field(
        description="JSON: own private sealing keys (base64), newest first"
    )
    smtp_url: Annotated[SecretStr, speaks("smtp", "smtps")] = Field(
        description="The mail relay: smtp://user:password@host:port (STARTTLS where offered) or smtps://"
    )
    smtp_helo_name: str = Field(
        "",
        description="How we introduce ourselves to the relay (EHLO); unset: the domain of the sender address",
    )
    smtp_require_tls: bool | None = Field(
        None,
        description="true: no mail leaves without TLS; false: not even a password needs it. "
        "Unset: needed with smtp_ca_file, and for a password unless the relay is this very machine",
    )
    smtp_ca_file: CaFile | None = Field(
        None, description="Authorities (PEM) that the relay is believed by, instead of the system's"
    )
    smtp_timeout: float = Field(
        60.0, gt=0, le=90, description="Seconds for the relay to accept addresses, and again the mail"
    )
    mail_from: OurMailbox = Field(
        "",
        description="Sender address of every mail; unset: no-reply@ the company's mail domain (T14)",
    )
    mail_from_name: str = Field("", description="Sender name of every mail; unset: the service's name")
    mail_reply_to: OurMailbox = Field(
        "", description="Where answers go; unset: support@ the company's mail domain"
    )
    mail_bounces_to: Annotated[str, AfterValidator(_a_return_path)] = Field(
        "",
        description="Mailbox for mails that come back, each to an address of its own: bounces@example.jp "
        "gets bounces+<key>@example.jp, which its server has to take; unset: the sender address",
    )
    public_url: Origin = Field(description="The portal as customers reach it: links in mails begin with it")

    @property
    def requires_tls(self) -> bool:
        """Whether nothing may be said to the relay in clear."""
        if self.smtp_require_tls is not None:
            return self.smtp_require_tls
        if self.smtp_ca_file is not None:
            return True
        relay = urlsplit(self.smtp_url.get_secret_value())
        return bool(relay.password) and relay.hostname not in _THIS_MACHINE
