"""The environment of notification."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from chassis.process.settings import CaFile, Origin, ServiceSettings, speaks
from chassis.security.key_texts import SecretKeyText
from messages.company import OfOneCompany, OurMailbox

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


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
