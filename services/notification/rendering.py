"""From a template folder and its values to a mail that every reader of today shows right (ADR 0006)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

_POLICY = SMTP.clone(max_line_length=74)  # with 76, an encoded word can come out too long (T3)
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True)
class Letterhead:
    """Who writes."""

    address: str
    name: str
    reply_to: str


def render(
    template: str, values: dict[str, str], *, to: str, letterhead: Letterhead, mail_key: UUID, at: datetime
) -> EmailMessage:
    """Plain text first, then HTML with the same words. The subject holds nothing that a user typed (X26)."""
    message = EmailMessage(policy=_POLICY)
    user, _, domain = letterhead.address.partition("@")
    message["From"] = Address(letterhead.name, user, domain)
    message["To"] = to
    message["Reply-To"] = letterhead.reply_to
    message["Subject"] = _TEMPLATES.get_template(f"{template}/subject.txt").render().strip()
    message["Date"] = format_datetime(at)
    message["Message-ID"] = (
        f"<{mail_key}@{domain}>"  # the same at every attempt: a reader can tell a repetition
    )
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_TEMPLATES.get_template(f"{template}/body.txt").render(values), cte="base64")
    message.add_alternative(
        _TEMPLATES.get_template(f"{template}/body.html").render(values), subtype="html", cte="base64"
    )
    return message
