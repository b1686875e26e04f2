"""What a message in the bounces' mailbox says: which of our mails did not arrive, and why. A message is a
stranger's text: it is read, and believed only as far as it names a mail that we sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.utils import collapse_rfc2231_value, parseaddr
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from flufl.bounce import all_failures

from services.notification.bounces.domain import Bounce, Failure

_MOST_KEYS = 10
_LONGEST_FIELD = 2_000
_KEY = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_MESSAGE_ID = re.compile(rf"<({_KEY})@[^<>\s]+>")
_QUOTED_MESSAGE_ID = re.compile(rf"^[> \t]*Message-ID:\s*<({_KEY})@[^<>\s]+>", re.IGNORECASE | re.MULTILINE)
_RETURN_PATH = re.compile(r"\+([0-9a-f]{32})@")
_RETURNED_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
_DAEMONS = frozenset({"mailer-daemon", "postmaster", "mail-daemon", "mdaemon"})
_OF_A_BROKEN_MESSAGE = (
    ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, MessageError,
)  # fmt: skip


class NoBounce(StrEnum):
    """Why there is nothing to learn from a message."""

    ANOTHER = "another"  # an answer, a receipt, a complaint, an ordinary mail
    DELIVERED = "delivered"  # a report that the mail arrived
    UNREADABLE = "unreadable"


def read_message(raw: bytes) -> Bounce | NoBounce:
    """The bounce that it is, or why it is none."""
    try:
        message = message_from_bytes(raw)
        return _read(message, raw) if message.keys() else NoBounce.UNREADABLE
    except _OF_A_BROKEN_MESSAGE:  # what the libraries make of bytes that are no mail, or one made to hurt
        return NoBounce.UNREADABLE


def _read(message: Message, raw: bytes) -> Bounce | NoBounce:
    is_report = message.get_content_type() == "multipart/report"
    if is_report and _report_type(message) not in ("", "delivery-status"):
        return NoBounce.ANOTHER
    if not is_report and not _was_sent_by_a_program(message):
        return NoBounce.ANOTHER
    failure = _told_in_fields(message) or _told_in_words(message)
    if isinstance(failure, NoBounce):
        return failure
    return Bounce(
        mail_keys=tuple(dict.fromkeys(_mail_keys(message)))[:_MOST_KEYS],
        fingerprint=_fingerprint(message, raw),
        failure=failure,
    )


def _report_type(message: Message) -> str:
    return collapse_rfc2231_value(message.get_param("report-type", "")).lower()


def _was_sent_by_a_program(message: Message) -> bool:
    """RFC 5321, 4.5.5: a bounce has no sender that could be answered. Where the mailbox does not tell, it
    calls itself one of the names of mail systems.
    """
    if return_path := _field(message, "Return-Path").strip():
        user = parseaddr(return_path)[1].partition("@")[0]
        return return_path == "<>" or user.lower() in _DAEMONS
    return parseaddr(_field(message, "From"))[1].partition("@")[0].lower() in _DAEMONS


def _field(message: Message, name: str) -> str:
    return str(message.get(name, ""))[:_LONGEST_FIELD]


def _status_blocks(message: Message) -> Iterator[Message]:
    """What RFC 3464 says of each recipient; the first block is about the report itself."""
    for part in message.walk():
        blocks = part.get_payload()
        if part.get_content_type() == "message/delivery-status" and isinstance(blocks, list):
            yield from (block for block in blocks if isinstance(block, Message))


def _told_in_fields(message: Message) -> Failure | NoBounce | None:
    """By RFC 3464. None without such fields."""
    blocks = {_field(block, "Action").strip().lower()[:4]: block for block in _status_blocks(message)}
    for action in ("fail", "erro", "dela"):
        if action in blocks:
            block = blocks[action]
            status, diagnostic = _field(block, "Status"), _field(block, "Diagnostic-Code")
            return Failure(status.strip(), diagnostic, is_over=action != "dela")
    return NoBounce.DELIVERED if blocks.keys() & {"deli", "rela", "expa"} else None


def _told_in_words(message: Message) -> Failure | NoBounce:
    """As mail systems wrote before there were fields, and some still do."""
    temporary, permanent = all_failures(message)
    if not (temporary or permanent):
        return NoBounce.ANOTHER
    words = next((_text(part) for part in message.walk() if part.get_content_maintype() == "text"), "")
    own_words = _QUOTED_MESSAGE_ID.split(words)[0]
    return Failure("5.0.0" if permanent else "4.0.0", own_words, is_over=bool(permanent))


def _mail_keys(message: Message) -> Iterator[UUID]:
    """The address it came back to, then the headers of the returned mail, then what the text quotes of it."""
    for name in _RETURNED_TO:
        for value in message.get_all(name, []):
            yield from map(UUID, _RETURN_PATH.findall(str(value)))
    for part in list(message.walk())[1:]:
        yield from map(UUID, _MESSAGE_ID.findall(_field(part, "Message-ID")))
        if part.get_content_maintype() == "text":
            yield from map(UUID, _QUOTED_MESSAGE_ID.findall(_text(part)))
    if not message.is_multipart():
        yield from map(UUID, _QUOTED_MESSAGE_ID.findall(_text(message)))
    for name in ("In-Reply-To", "References"):
        yield from map(UUID, _MESSAGE_ID.findall(_field(message, name)))


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:  # a character set that nobody knows
        return content.decode("utf-8", errors="replace")


def _fingerprint(message: Message, raw: bytes) -> str:
    """Of what stays the same when a mailbox is read again, whatever its program adds to the headers."""
    told = _field(message, "Message-ID").strip()
    body = raw.partition(b"\r\n\r\n" if b"\r\n\r\n" in raw else b"\n\n")[2]
    return sha256(told.encode(errors="replace") or body).hexdigest()
