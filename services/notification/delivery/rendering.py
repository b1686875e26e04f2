"""From a template folder and its values to a mail that every reader of today shows right (ADR 0006)."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from messages.values import EmailAddress
from services.notification.service import Letterhead

_POLICY = SMTP.clone(max_line_length=74)  # with 76, an encoded word can come out too long (RFC 2047, 2)
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def render(
    template: str,
    values: dict[str, str],
    *,
    to: EmailAddress,
    letterhead: Letterhead,
    mail_key: UUID,
    at: datetime,
) -> EmailMessage:
    """Plain text first, then HTML with the same words. The subject holds nothing that a user typed (X26)."""
    message = EmailMessage(policy=_POLICY)
    user, _, domain = letterhead.address.partition("@")
    message["From"] = Address(letterhead.name, user, domain)
    # From its parts: whatever stands in them is an address, and no header syntax (X25, X27).
    message["To"] = Address(username=to.local_part, domain=to.domain)
    message["Reply-To"] = letterhead.reply_to
    message["Subject"] = _filled(f"{template}/subject.txt", letterhead, {}).strip()
    message["Date"] = format_datetime(at)
    # The same at every attempt: a reader can tell a repetition.
    message["Message-ID"] = f"<{mail_key}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_filled(f"{template}/body.txt", letterhead, values), cte="base64")
    html = _filled(f"{template}/body.html", letterhead, values)
    message.add_alternative(html, subtype="html", cte="base64")
    return message


def _filled(name: str, letterhead: Letterhead, values: dict[str, str]) -> str:
    return _TEMPLATES.get_template(name).render(values, company=letterhead.company)
