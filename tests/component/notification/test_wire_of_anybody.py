"""Whatever name and address a customer chose: what leaves is one mail to the address that is stored, with
our headers and no others (X25 to X29).
"""

from __future__ import annotations

import random
from base64 import b64decode
from collections.abc import Iterator
from itertools import cycle, islice

import pytest
from support.notification_harness import received
from support.orders_of_every_kind import order_of
from support.smtp_relay import Relay
from support.smtp_wire import OverheardMail, overheard

from messages.identity import AccountMailRecipient
from messages.values import AccountId, EmailAddress, InvalidValue, Nickname
from services.notification.app import HANDLERS
from services.notification.delivery.delivery_loop import delivery_loop
from services.notification.orders.domain import MailKind
from services.notification.service import Notification

PEOPLE = 500
SEED = 25
OURS = [
    "From", "Reply-To", "Subject", "Auto-Submitted", "To", "Date", "Message-ID",
    "MIME-Version", "Content-Type",
]  # fmt: skip
OF_A_BILL = [*OURS[:7], "List-Unsubscribe", "List-Unsubscribe-Post", *OURS[7:]]
OF_EACH_MAIL = {"To", "Date", "Message-ID"}
NAMELESS = {MailKind.ACTIVATION, MailKind.ACCOUNT_IDS}  # before 本登録 (X29); of several accounts

PIECES_OF_NAMES = [
    "=?utf-8?q?x=0D=0ABcc:_evil?=", "=?", "?=", "=?utf-8?b?", "?q?", "=0D=0A", "%0d%0a", "\r\n", "\n", "\r",
    "\0", "\u2028", "\u2029", "\u202e", "\u2066", "\u200b", "\u0085", "\x0b", "\x0c", "\x1c",
    "Bcc:", "Bcc: e@x.jp", "Subject:", "To:", "\r\n.\r\n", ".", "..", "QUIT", "DATA", "RCPT TO:<e@x>",
    ",", ";", ":", "'", '"', '"a" <b>', "<", ">", "(", ")", "[", "]", "\\", "@", "@taro", "|", "`", "$(x)",
    "https://", "evil.com", "www.", "--=_text_and_html", "=_text_and_html--", "{{ 7 * 7 }}", "{% x %}",
    "<b>x</b>", "&amp;", "👨\u200d👩\u200d👧\u200d👦", "👍🏽", "🇯🇵", "❤\ufe0f", "葛\U000e0100", "髙﨑①㈱～－",
    "עברית", "العربية", "e\u0323\u0302\u0331", "か\u3099", "ﾀﾛｳ", "太郎", "Taro", "\u3000", " ", "𝕿𝖆𝖗𝖔", "ℝ",
]  # fmt: skip
PIECES_OF_LOCALS = [
    "taro", "Taro", "T", "x" * 20, "x" * 64, "+", "+tag", "-", "_", "=", "?", "=?", "?=",
    "=?utf-8?q?a=0D=0ABcc?=", "!", "#", "$", "%", "%0d%0a", "&", "'", "*", "/", "^", "`", "{", "|", "}", "~",
    ".", "..", " ", '"', "(c)", "\\", ",", ";", ":", "<", ">", "@", ">\r\nRCPT TO:<e@x", "\r\nBcc:", "\n",
    "\0", "\u2028", "たろう", "ß", "ﾀ", "Ｔａｒｏ", "＋",
]  # fmt: skip
DOMAINS = [
    "example.jp", "EXAMPLE.JP", "docomo.ne.jp", "ezweb.ne.jp", "日本語.jp", "xn--wgv71a119e.jp",
    "例え.テスト.jp", "sub.domain.example.co.jp", "a-b.example.jp", "aicom-koka。jp", "ｅｘａｍｐｌｅ．ｊｐ",
    f"{'y' * 63}.{'y' * 63}.{'y' * 57}.com", "e.jp\r\nBcc: e@x.jp", "e.jp>,<x@y.jp", "[192.0.2.1]",
    "e.jp,f.jp",
]  # fmt: skip
SURELY_TAKEN = ["o'neil+a=b?_{|}~#$%&*/!^`@example.jp", f"{'x' * 64}@{'y' * 63}.{'y' * 63}.{'y' * 57}.com"]


def nicknames(chance: random.Random) -> Iterator[Nickname]:
    """Without end: what the rule makes of pieces, and lets pass."""
    while True:
        typed = "".join(chance.choices(PIECES_OF_NAMES, k=chance.randint(1, 6)))
        try:
            yield Nickname.parse(typed)
        except InvalidValue:
            continue


def addresses(chance: random.Random) -> Iterator[EmailAddress]:
    """As `nicknames`; first those that are the furthest from plain."""
    yield from map(EmailAddress.parse, SURELY_TAKEN)
    while True:
        local = "".join(chance.choices(PIECES_OF_LOCALS, k=chance.randint(1, 4)))
        try:
            yield EmailAddress.parse(f"{local}@{chance.choice(DOMAINS)}")
        except InvalidValue:
            continue


def people(count: int) -> list[AccountMailRecipient]:
    """Different ones, the same in every run."""
    chance = random.Random(SEED)
    pairs = zip(nicknames(chance), addresses(chance), strict=False)
    return [
        AccountMailRecipient(
            email_address=address, nickname=name, account_id=AccountId(f"=?id{number:03d}?=")
        )
        for number, (name, address) in enumerate(islice(pairs, count))
    ]


async def mail_to(
    service: Notification, relay: Relay, kind: MailKind, person: AccountMailRecipient
) -> OverheardMail:
    """What was said to the relay from the order on: one mail."""
    before = sum(len(overheard(wire)) for wire in relay.wire)
    event = order_of(kind, person)
    await HANDLERS[type(event)](service, event, received())
    await delivery_loop(service)
    new = [mail for wire in relay.wire for mail in overheard(wire)][before:]
    assert len(new) == 1, f"{kind}: {person.nickname!a}"
    return new[0]


def faults(kind: MailKind, person: AccountMailRecipient, mail: OverheardMail) -> list[str]:
    """What is wrong with the mail on the wire, in words."""
    senders = [line for line in mail.commands if line.upper().startswith(b"MAIL")]
    recipients = [line for line in mail.commands if line.upper().startswith(b"RCPT")]
    address = str(person.email_address)
    return [
        words
        for words, is_wrong in {
            "another command": len(mail.commands) != 2 or len(senders) != 1,
            "another recipient": recipients != [f"RCPT TO:<{address}>".encode()],
            "another To": mail.header("To") != [address],
            "other headers": [name for name, _ in mail.headers]
            != (OF_A_BILL if kind is MailKind.BILL_PUBLISHED else OURS),
            "a line end of its own": b"\n" in mail.head.replace(b"\r\n", b"")
            or b"\r" in mail.head.replace(b"\r\n", b""),
            "another number of parts": mail.body.count(b"--=_text_and_html") != 3,
            "a nickname that it must not hold": kind is MailKind.ACTIVATION
            and len(person.nickname) > 2
            and str(person.nickname) in text_of(mail),
            "no nickname, or a changed one": kind not in NAMELESS
            and f"{person.nickname} 様" not in text_of(mail),
        }.items()
        if is_wrong
    ]


def text_of(mail: OverheardMail) -> str:
    """The plain part, decoded."""
    _, _, rest = mail.body.partition(b"\r\n\r\n")
    return b64decode(rest.partition(b"\r\n--")[0]).decode()


async def test_five_hundred_customers_get_one_mail_each_at_their_address_with_our_headers_alone(
    service: Notification, relay: Relay
) -> None:
    """Every kind of mail in turn. But for address, date and number its headers are those of the others of
    its kind, byte for byte: what was typed stands in none.
    """
    found: list[str] = []
    heads: dict[MailKind, set[tuple[tuple[str, str], ...]]] = {kind: set() for kind in MailKind}
    for kind, person in zip(cycle(MailKind), people(PEOPLE), strict=False):
        mail = await mail_to(service, relay, kind, person)
        found += [f"{kind}, {person.nickname!a}: {fault}" for fault in faults(kind, person, mail)]
        heads[kind].add(tuple(pair for pair in mail.headers if pair[0] not in OF_EACH_MAIL))
    assert found == []
    assert {kind: len(different) for kind, different in heads.items()} == dict.fromkeys(MailKind, 1)


def test_the_five_hundred_are_as_odd_as_the_rules_allow() -> None:
    """Else the test above would show nothing."""
    names = [person.nickname for person in people(PEOPLE)]
    mails = [person.email_address for person in people(PEOPLE)]
    for sign in ",;:'\"<>()[]\\@{}&":
        assert any(sign in name for name in names), sign
    for words in ("Bcc:", "%0d%0a", "=0D=0A", "עברית", "👍🏽", "--=_text_and_html", "{{ 7 * 7 }}"):
        assert any(words in name for name in names), words
    assert max(map(len, mails)) == 254
    for words in ("+", "'", "%0d%0a", "=", "?", "@xn--", "@docomo.ne.jp"):
        assert any(words in address for address in mails), words
    assert len(set(names)) > 300
    assert len(set(mails)) > 200


@pytest.mark.parametrize("stored", ["foo.@docomo.ne.jp", "a..b@ezweb.ne.jp"], ids=["before-at", "doubled"])
@pytest.mark.parametrize(
    "answer", ["250 OK", "550 5.1.3 Bad recipient address syntax"], ids=["taken", "refused"]
)
async def test_a_carriers_address_is_named_as_it_is_stored_and_once(
    service: Notification, relay: Relay, stored: str, answer: str
) -> None:
    """X28: no form takes it (S2-10); one that lies in a table all the same is sent unquoted, and no other
    form of it is tried.
    """
    relay.rcpt = answer
    person = people(1)[0].model_copy(update={"email_address": EmailAddress.stored(stored)})
    event = order_of(MailKind.COMPLETED, person)
    await HANDLERS[type(event)](service, event, received())
    await delivery_loop(service)
    wire = b"".join(bytes(each) for each in relay.wire)
    assert [line for line in wire.split(b"\r\n") if line.startswith(b"RCPT")] == [
        f"RCPT TO:<{stored}>".encode()
    ]
    assert [mail.header("To") for mail in overheard(wire)] == ([[stored]] if answer == "250 OK" else [])
