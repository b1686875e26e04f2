"""Messages as mail systems of the world write them, and what is learnt of each. A file's name begins with
that: marked (the mailbox is not there), counted (this mail did not arrive), or why it is no bounce.
"""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from mypage.returned_mail.mailbox import LARGEST
from mypage.returned_mail.reading import NoBounce, read_message
from services.notification.bounces.domain import Bounce

MESSAGES = sorted((Path(__file__).parent / "bounces").glob("*.eml"))
KEY = UUID("0199a1b2-0003-7000-8000-00000000abcd")


def verdict(read: Bounce | NoBounce) -> str:
    """As the names of the files say it."""
    if isinstance(read, NoBounce):
        return read.value
    return "marked" if read.failure.is_about_the_mailbox else "counted"


def test_there_is_a_message_of_every_kind() -> None:
    """A folder that was moved would prove nothing."""
    assert {path.stem.partition("-")[0] for path in MESSAGES} == {"marked", "counted", *NoBounce}


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("path", MESSAGES, ids=[path.stem for path in MESSAGES])
def test_a_message_says_what_its_name_says(path: Path, line_end: bytes) -> None:
    """And a bounce names the mail, by whatever its system gives back of it."""
    read = read_message(path.read_bytes().replace(b"\n", line_end))
    assert verdict(read) == path.stem.partition("-")[0]
    if isinstance(read, Bounce):
        assert read.mail_keys == (KEY,)
        assert "@" not in read.failure.in_numbers


def postfix(**changes: bytes) -> bytes:
    """The plain DSN of Postfix, with these words instead."""
    raw = (Path(__file__).parent / "bounces" / "marked-postfix-unknown-user.eml").read_bytes()
    for old, new in changes.items():
        assert old.encode() in raw
        raw = raw.replace(old.encode(), new)
    return raw


HURTING = {
    "no boundary at the end": postfix()[:-40],
    "cut off within the returned mail": postfix()[: postfix().index(b"Message-ID") + 75],
    "an unknown character set": postfix(**{"us-ascii": b"x-nobody-knows-this"}),
    "a report type in pieces": postfix(
        **{"report-type=delivery-status": b"report-type*=utf-8''delivery%2Dstatus"}
    ),
    "letters of eight bits in a field": postfix(**{"taro@example.jp": "太郎@example.jp".encode()}),
    "a status that is none": postfix(**{"Status: 5.1.1": b"Status: \xff\x00 broken"}),
    "an encoded word that is broken": postfix(
        **{"Subject: Undelivered": b"Subject: =?utf-8?b?####?= =?x?q?=?="}
    ),
}


@pytest.mark.parametrize("raw", HURTING.values(), ids=HURTING.keys())
def test_a_damaged_bounce_is_read_as_far_as_it_goes(raw: bytes) -> None:
    """The damage of one place hides nothing that stands at another."""
    read = read_message(raw)
    assert isinstance(read, Bounce)
    assert read.mail_keys == (KEY,)


def nested(depth: int) -> bytes:
    """A mail in a mail in a mail."""
    return b"".join(
        b'Return-Path: <>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n'
        % (n, n)
        for n in range(depth)
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n\n\n",
        b"\x00" * 1000,
        b"\xef\xbb\xbf" + b"no mail",
        nested(2_000),
        b"Return-Path: <>\nFrom: mailer-daemon@x\n\n" + b"<a@b.c>:\n" * (LARGEST // 10),
        b"Return-Path: <>\nFrom: mailer-daemon@x\n\n" + b"Message-ID: <" * (LARGEST // 14),
        b"Content-Type: multipart/report; report-type=delivery-status\nFrom: x\n\nno boundary at all",
        b'Content-Type: multipart/report; report-type="' + b"(" * (LARGEST - 200) + b"\nFrom: x\n\n",
        b"From: " + b"<" * (LARGEST - 20) + b"\n\nx",
    ],
    ids=range(10),
)
def test_what_is_made_to_hurt_is_no_bounce_and_ends_nothing(raw: bytes) -> None:
    """Neither an exception nor an endless search."""
    read = read_message(raw)
    assert isinstance(read, NoBounce) or read.mail_keys == ()


def test_the_same_message_has_one_fingerprint_whatever_a_mailbox_adds_to_it() -> None:
    """Mail programs write their notes into the headers of what they keep."""
    noted = b"Status: RO\nX-Status: A\nX-UID: 7\n" + postfix()
    assert fingerprint(noted) == fingerprint(postfix())
    another = postfix(**{"20261124012501.A1B2C3D4E5@": b"20261125012501.A1B2C3D4E5@"})
    assert fingerprint(another) != fingerprint(postfix())


def fingerprint(raw: bytes) -> str:
    """Of a message that must be a bounce."""
    read = read_message(raw)
    assert isinstance(read, Bounce)
    return read.fingerprint


def test_a_message_that_names_a_thousand_mails_is_no_thousand_questions() -> None:
    """Whoever forges one does not keep the database busy."""
    many = b"".join(b"Message-ID: <0199a1b2-0003-7000-8000-%012x@x.jp>\n" % n for n in range(1000))
    read = read_message(postfix(**{"For further assistance": many + b"\n"}))
    assert isinstance(read, Bounce)
    assert len(read.mail_keys) == 10
