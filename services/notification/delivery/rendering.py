"""From a template folder and its values to a mail that every reader of today shows right (ADR 0006)."""

from __future__ import annotations

from base64 import encodebytes
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
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
    auto_reload=False,
)
_LINE_END = b"\r\n"
_BOUNDARY = "=_text_and_html"  # its signs are none of base64's
_OF_TWO_PARTS = (
    f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{_BOUNDARY}"\r\n\r\n'.encode()
)
_HEAD_OF_PART = (
    f"--{_BOUNDARY}\r\n"
    "Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
)
_END = f"--{_BOUNDARY}--\r\n".encode()


def render(
    template: str,
    values: dict[str, str],
    *,
    to: EmailAddress,
    letterhead: Letterhead,
    mail_key: UUID,
    at: datetime,
) -> bytes:
    """As it goes to the relay: plain text first, then HTML with the same words."""
    subject = _subject(template, letterhead, values.get("change", ""))
    return b"".join(
        (
            _headers_of_all(subject, letterhead),
            _own_headers(to, letterhead, mail_key, at),
            _way_out(values.get("stop_url")),
            _OF_TWO_PARTS,
            _part("plain", _filled(f"{template}/body.txt", letterhead, values)),
            _part("html", _filled(f"{template}/body.html", letterhead, values | {"subject": subject})),
            _END,
        )
    )


def _own_headers(to: EmailAddress, letterhead: Letterhead, mail_key: UUID, at: datetime) -> bytes:
    message = EmailMessage(policy=_POLICY)
    # From its parts: whatever stands in them is an address, and no header syntax (X25, X27).
    message["To"] = Address(username=to.local_part, domain=to.domain)
    message["Date"] = format_datetime(at)
    # The same at every attempt: a reader can tell a repetition.
    message["Message-ID"] = f"<{mail_key}@{letterhead.address.partition('@')[2]}>"
    return message.as_bytes().removesuffix(_LINE_END)


def _way_out(stop_url: str | None) -> bytes:
    """One click ends mails of this kind, without a log-in (RFC 8058). Written as it stands: EmailMessage
    would take an address that is longer than a line for text, and encode it.
    """
    if stop_url is None:
        return b""
    lines = ("List-Unsubscribe:", f" <{stop_url}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click", "")
    return "\r\n".join(lines).encode()


@lru_cache
def _subject(template: str, letterhead: Letterhead, change: str) -> str:
    """It holds nothing that a user typed (X26). `change`: which one, of a mail about a change."""
    return _filled(f"{template}/subject.txt", letterhead, {"change": change}).strip()


@lru_cache
def _headers_of_all(subject: str, letterhead: Letterhead) -> bytes:
    """Made once: to fold these took as long as all the rest of a mail."""
    message = EmailMessage(policy=_POLICY)
    user, _, domain = letterhead.address.partition("@")
    message["From"] = Address(letterhead.name, user, domain)
    message["Reply-To"] = letterhead.reply_to
    message["Subject"] = subject
    message["Auto-Submitted"] = "auto-generated"
    return message.as_bytes().removesuffix(_LINE_END)


def _part(subtype: str, text: str) -> bytes:
    """In base64: no line is too long for a relay, and none looks like the boundary (RFC 2045, 6.8)."""
    lines = _LINE_END.join([*text.encode().splitlines(), b""])
    encoded = encodebytes(lines).replace(b"\n", _LINE_END)
    return _HEAD_OF_PART.format(subtype=subtype).encode() + encoded


def _filled(name: str, letterhead: Letterhead, values: dict[str, str]) -> str:
    return _TEMPLATES.get_template(name).render(values, company=letterhead.company)
