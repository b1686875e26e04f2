"""Another provider runs this without touching code: whose mails they are stands in one profile."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import uuid4

import pytest
from support.recovery_letters import a_letter

from chassis.process.settings import load
from messages.account_settings import LinkMail
from messages.billing import PublishedBill
from messages.company import CompanyProfile
from messages.identity import AccountMailRecipient
from messages.registration import MailOrder
from messages.values import AccountId, EmailAddress, Nickname
from services.notification.app import letterhead_of
from services.notification.delivery.domain import Mail, template_values
from services.notification.delivery.rendering import render
from services.notification.orders.domain import LETTERS, BillMail, MailContent, MailKind, Order
from services.notification.service import Letterhead
from services.notification.settings import Settings

NEEDED = {
    "amqp_url": "amqp://nobody@127.0.0.1:1/",
    "database_url": "postgresql://nobody@127.0.0.1:1/nothing",
    "sealing_private_keys": [],
    "smtp_url": "smtp://127.0.0.1:1",
    "public_url": "https://mypage.example.jp",
}
ANOTHER = {
    "NAME": "株式会社 みずうみネット",
    "SHORT_NAME": "みずうみネット",
    "SERVICE_NAME": "みずうみネット マイページ",
    "POSTCODE": "〒520-0001",
    "ADDRESS": "滋賀県大津市湖1丁目",
    "TELEPHONE": "077-000-0001",
    "FAX": "077-000-0002",
    "MAIL_DOMAIN": "mizuumi.example",
    "OPENING_HOURS": "平日9時から17時",
    "BRAND_COLOUR": "#00623a",
    "BRAND_COLOUR_DARK": "#9bd4b5",
}
OURS = ("あいコムこうか", "aicom", "甲賀", "528-0211", "0748", "0017c1", "c5d7fb", "9db7f9", "00118f")


def a_letterhead() -> Letterhead:
    """As the environment makes it."""
    return letterhead_of(load(Settings, **NEEDED))


def a_mail(kind: MailKind, letterhead: Letterhead) -> EmailMessage:
    """The mail of that kind to somebody."""
    at = "2027-01-01T00:00:00+00:00"
    facts = {"closes_at": at, "billing_month": "2026-10"}
    facts |= {"works_until": at, "change": "new_device", "happened_at": at, "device": "iPhone"}
    mail = Mail(uuid4(), Order(kind, uuid4(), "{}", facts), 1, datetime(2026, 11, 23, tzinfo=UTC))
    to = EmailAddress("taro@example.jp")
    person = AccountMailRecipient(
        email_address=to, nickname=Nickname("たろう"), account_id=AccountId("taro-01")
    )
    content: MailContent = person
    if kind is MailKind.ACTIVATION:
        content = MailOrder(email_address=to, activation_token="token")
    if kind in LETTERS.values():
        content = a_letter(kind, nickname=person.nickname, account_id=person.account_id)
    if kind is MailKind.BILL_PUBLISHED:
        content = BillMail(person, PublishedBill(stop_token="token", amount_yen=5_500))
    if kind in (MailKind.ADDRESS_CHANGE, MailKind.ADDRESS_CHANGED):
        content = LinkMail(recipient=person, link_token="token")
    values = template_values(mail, content, "https://mypage.example.jp")
    sent = render(kind, values, to=to, letterhead=letterhead, mail_key=mail.mail_key, at=mail.claimed_at)
    read = message_from_bytes(sent, policy=default)
    assert isinstance(read, EmailMessage)
    return read


def text_of(message: EmailMessage) -> str:
    """All that a reader sees: headers, plain text and HTML."""
    bodies = [part.get_content() for part in message.iter_parts()]  # type: ignore[attr-defined]
    assert len(bodies) == 2
    return "\n".join([*map(str, message.values()), *bodies])


@pytest.mark.parametrize("kind", list(MailKind))
def test_no_mail_of_another_company_names_ours(kind: MailKind, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in a header nor in a body; and each names the other company with all that it signs with."""
    for field, value in ANOTHER.items():
        monkeypatch.setenv(f"MYPAGE_COMPANY__{field}", value)
    message = a_mail(kind, a_letterhead())
    text = text_of(message)
    assert not [ours for ours in OURS if ours in text]
    for part in message.iter_parts():
        signed = part.get_content()  # type: ignore[attr-defined]
        for field in ("NAME", "POSTCODE", "ADDRESS", "TELEPHONE", "FAX", "OPENING_HOURS"):
            assert ANOTHER[field] in signed
    html = message.get_body(("html",))
    assert html is not None
    assert html.get_content().count("#00623a") >= 2
    assert html.get_content().count("#9bd4b5") >= 3
    assert str(message["Subject"]).startswith("【みずうみネット】")
    assert str(message["From"]) == "みずうみネット マイページ <no-reply@mizuumi.example>"
    assert message["Reply-To"] == "support@mizuumi.example"


def test_a_senders_own_variables_win_over_the_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    """MYPAGE_MAIL_FROM and its two sisters."""
    monkeypatch.setenv("MYPAGE_COMPANY__MAIL_DOMAIN", "mizuumi.example")
    monkeypatch.setenv("MYPAGE_MAIL_FROM", "mypage@elsewhere.example")
    monkeypatch.setenv("MYPAGE_MAIL_FROM_NAME", "Customer desk")
    monkeypatch.setenv("MYPAGE_MAIL_REPLY_TO", "desk@elsewhere.example")
    letterhead = a_letterhead()
    assert (letterhead.address, letterhead.name, letterhead.reply_to) == (
        "mypage@elsewhere.example",
        "Customer desk",
        "desk@elsewhere.example",
    )


def test_without_a_word_the_mails_are_those_of_the_manuals_company() -> None:
    """T14: aicom-koka.jp is what the manual tells customers to let through."""
    assert a_letterhead() == Letterhead(
        "no-reply@aicom-koka.jp", "あいコムこうか マイページ", "support@aicom-koka.jp", CompanyProfile()
    )
