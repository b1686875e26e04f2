"""T1 to T7 of the mails (docs/requirements.md), for every kind that there is."""

from __future__ import annotations

import re
from base64 import b64decode
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from uuid import UUID, uuid4

import pytest
from support.recovery_letters import a_letter

from messages.account_settings import LinkMail
from messages.billing import PublishedBill
from messages.company import CompanyProfile
from messages.identity import AccountMailRecipient
from messages.registration import MailOrder
from messages.values import AccountId, EmailAddress, Nickname
from mypage.sample_mails import sample_mail
from services.notification.delivery.domain import Mail, template_values
from services.notification.delivery.rendering import render
from services.notification.orders.domain import LETTERS, BillMail, MailContent, MailKind, Order
from services.notification.service import Letterhead

OURS = CompanyProfile()
LONG_NAMED = CompanyProfile(
    name="株式会社　髙﨑①㈱～－ｱｲｺﾑｺｳｶ―ケーブルテレビとインターネットと電話の" + "長い" * 30,
    short_name="髙﨑ケーブルテレビとインターネットの会社" * 3,
    service_name="髙﨑①㈱～－ｱ— マイページ" * 4,
)
WITH_A_STOP = {MailKind.BILL_PUBLISHED}
KINDS = pytest.mark.parametrize("kind", list(MailKind))
COMPANIES = pytest.mark.parametrize("company", [OURS, LONG_NAMED], ids=["ours", "long-named"])


def read(raw: bytes) -> EmailMessage:
    """As a reader of mails does."""
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def parts(kind: MailKind, company: CompanyProfile = OURS) -> tuple[str, str]:
    """Text and HTML."""
    text, html = (part.get_content() for part in read(sample_mail(kind, company)).iter_parts())  # type: ignore[attr-defined]
    return text, html


class Words(HTMLParser):
    """What a reader sees of HTML, and of what it is made."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._unseen = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._unseen += tag in ("title", "style")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in ("title", "style")

    def handle_data(self, data: str) -> None:
        self.text += "" if self._unseen else data


def squeezed(text: str) -> str:
    """Without space, line breaks and rulers, which each part has where it needs them."""
    return re.sub(r"[\s─]+", "", text)


@KINDS
@COMPANIES
def test_both_parts_hold_the_same_words_in_the_same_order(kind: MailKind, company: CompanyProfile) -> None:
    """T2: whoever reads mails without HTML misses nothing."""
    text, html = parts(kind, company)
    assert squeezed(Words(html).text) == squeezed(text)


@KINDS
def test_a_mail_is_text_then_html_in_base64_and_small(kind: MailKind) -> None:
    """T2."""
    raw = sample_mail(kind, OURS)
    assert len(raw) < 30_000
    message = read(raw)
    assert message.get_content_type() == "multipart/alternative"
    kinds = [
        (part.get_content_type(), part.get_content_charset(), part["Content-Transfer-Encoding"])
        for part in message.iter_parts()
    ]
    assert kinds == [("text/plain", "utf-8", "base64"), ("text/html", "utf-8", "base64")]
    assert all(b64decode(part.get_payload()) for part in message.iter_parts())  # type: ignore[arg-type]


@KINDS
def test_html_needs_nothing_and_asks_for_nothing(kind: MailKind) -> None:
    """T2: no images, scripts, forms or things from elsewhere; each link is written out, too."""
    _, html = parts(kind)
    tags = Words(html).tags
    allowed = {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "table",
        "tr",
        "td",
        "p",
        "br",
        "a",
        "strong",
    }
    assert {tag for tag, _ in tags} <= allowed
    assert not re.search(r"url\(|@import|javascript:|src=", html)
    links = {values["href"] for tag, values in tags if tag == "a"}
    assert links
    assert [link for link in links if f">{link}</a>" not in html] == []
    assert all(values.get("role") == "presentation" for tag, values in tags if tag == "table")
    assert all(values.get("style") for tag, values in tags if tag in ("p", "a"))


@KINDS
def test_the_link_stands_alone_between_empty_lines(kind: MailKind) -> None:
    """T4: ASCII, under 100 characters, https, of the portal's host."""
    lines = parts(kind)[0].splitlines()
    links = [number for number, line in enumerate(lines) if "://" in line]
    assert len(links) == (3 if kind in WITH_A_STOP else 1)
    for link in links:
        assert (lines[link - 1], lines[link + 1]) == ("", "")
        assert re.fullmatch(r"https://mypage\.aicom-koka\.jp/[!-~]+", lines[link])
        assert len(lines[link]) < 100


@KINDS
@COMPANIES
def test_no_line_and_no_encoded_word_is_too_long(kind: MailKind, company: CompanyProfile) -> None:
    """T3: lines of headers of 76, encoded words of 75, none of which splits a character."""
    head, _, body = sample_mail(kind, company).partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b" <https://")]  # is not folded
    assert max(map(len, lines)) <= 76
    words = re.findall(rb"=\?[^?]+\?[bqBQ]\?[^?]*\?=", head)
    assert words
    assert max(map(len, words)) <= 75
    for word in words:
        [(encoded, charset)] = decode_header(word.decode())
        assert isinstance(encoded, bytes)
        encoded.decode(charset or "ascii")
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert b"\n" not in (head + body).replace(b"\r\n", b"")


@KINDS
def test_the_headers_are_those_of_a_program_that_answers_nobody(kind: MailKind) -> None:
    """T5, T7: and answers to it are read, so that it does not call itself 送信専用."""
    message = read(sample_mail(kind, OURS))
    expected = {
        "From", "Reply-To", "Subject", "Auto-Submitted", "To", "Date", "Message-ID",
        "MIME-Version", "Content-Type",
    }  # fmt: skip
    if kind in WITH_A_STOP:
        expected |= {"List-Unsubscribe", "List-Unsubscribe-Post"}
    assert set(message.keys()) == expected
    assert message["Auto-Submitted"] == "auto-generated"
    assert str(message["From"]) == "あいコムこうか マイページ <no-reply@aicom-koka.jp>"
    assert message["Reply-To"] == "support@aicom-koka.jp"
    text = parts(kind)[0]
    assert "このメールに返信する" in text
    assert "送信専用" not in text


def test_a_mail_that_is_tried_again_has_the_same_message_id_and_a_later_deadline() -> None:
    """T5, S5-4."""
    key, ids, deadlines = uuid4(), set(), []
    for minute in (0, 10):
        at = datetime(2026, 11, 23, 1, minute, 59, tzinfo=UTC)
        mail = Mail(key, Order(MailKind.ACTIVATION, uuid4(), ""), 1, at)
        to = EmailAddress("taro@example.jp")
        content = MailOrder(email_address=to, activation_token="t")
        values = template_values(mail, content, "https://mypage.example.jp")
        raw = render(MailKind.ACTIVATION, values, to=to, letterhead=Letterhead.of(OURS), mail_key=key, at=at)
        ids.add(read(raw)["Message-ID"])
        deadlines.append(values["deadline"])
    assert ids == {f"<{key}@aicom-koka.jp>"}
    assert deadlines == ["2026年11月24日（火）10時00分", "2026年11月24日（火）10時10分"]


def test_the_mail_of_a_provisional_registration_says_what_the_manual_promises() -> None:
    """T1."""
    message = read(sample_mail(MailKind.ACTIVATION, OURS))
    assert message["Subject"] == "【あいコムこうか】仮登録受付完了のお知らせ"
    for part in parts(MailKind.ACTIVATION):
        for words in (
            "本登録手続きURL", "[本登録する]を押してください",
            "このメールに心当たりのない場合は破棄してください",
            OURS.name, OURS.postcode, OURS.address, OURS.telephone, OURS.fax,
        ):  # fmt: skip
            assert words in part
        assert re.search(r"\d{4}年\d{1,2}月\d{1,2}日（[月火水木金土日]）\d{1,2}時\d\d分", part)


@pytest.mark.parametrize("kind", [kind for kind in MailKind if kind is not MailKind.ACTIVATION])
def test_a_nickname_is_text_and_never_markup(kind: MailKind) -> None:
    """X25: no mail of an account lets its nickname become HTML; the other one has none (X29)."""
    to = EmailAddress("taro@example.jp")
    recipient = AccountMailRecipient(
        email_address=to, nickname=Nickname("<b>&太郎"), account_id=AccountId("<i>-&amp;")
    )
    content: MailContent = recipient
    if kind in WITH_A_STOP:
        content = BillMail(recipient, PublishedBill(stop_token="t"))
    elif kind in LETTERS.values():
        content = a_letter(kind, nickname=recipient.nickname, account_id=recipient.account_id)
    elif kind in (MailKind.ADDRESS_CHANGE, MailKind.ADDRESS_CHANGED):
        content = LinkMail(recipient=recipient, link_token="t")
    at = "2026-12-31T15:00:00+00:00"
    facts = {"closes_at": at, "works_until": at, "billing_month": "2026-10"}
    facts |= {"change": "new_device", "happened_at": at, "device": "iPhone"}
    mail = Mail(UUID(int=1), Order(kind, UUID(int=1), "", facts), 1, datetime.now(UTC))
    raw = render(
        kind, template_values(mail, content, "https://mypage.example.jp"), to=to,
        letterhead=Letterhead.of(OURS), mail_key=mail.mail_key, at=mail.claimed_at,
    )  # fmt: skip
    text, html = (part.get_content() for part in read(raw).iter_parts())  # type: ignore[attr-defined]
    assert squeezed(Words(html).text) == squeezed(text)
    assert not {"b", "i"} & {tag for tag, _ in Words(html).tags}
