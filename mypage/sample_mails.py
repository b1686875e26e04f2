"""Every kind of mail with values of a customer who does not exist, made as notification makes it: for whoever
wants to see what customers get.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from uuid import UUID

from chassis.process.clock import SystemClock
from messages.account_notices import AccountChange
from messages.account_settings import LinkMail
from messages.billing import PublishedBill
from messages.company import CompanyProfile
from messages.identity import AccountMailRecipient
from messages.recovery import LetterKind, RecoveryLetter
from messages.registration import MailOrder
from messages.values import AccountId, Device, EmailAddress, Nickname
from services.notification.delivery.domain import Mail, template_values
from services.notification.delivery.rendering import render
from services.notification.orders.domain import BillMail, MailContent, MailKind, Order
from services.notification.service import Letterhead

_TO = EmailAddress("taro@example.jp")
_NOBODY = UUID(int=0)
_TOKEN = "Sample-of-a-token-that-opens-nothing-at-all"  # noqa: S105 - it is as long as a real one, and no more
_ACTIVATION = MailOrder(email_address=_TO, activation_token=_TOKEN)
_ACCOUNT = AccountMailRecipient(
    email_address=_TO, nickname=Nickname("たろう"), account_id=AccountId("taro-01")
)
_LINK = LinkMail(recipient=_ACCOUNT, link_token=_TOKEN)
_RESET, _FROZEN, _IDS = (
    RecoveryLetter(
        kind=kind,
        email_address=_TO,
        nickname=_ACCOUNT.nickname,
        account_ids=(_ACCOUNT.account_id,),
        reset_token=_TOKEN,
        link_ends_at=SystemClock().now() + timedelta(minutes=30),
    )
    for kind in (LetterKind.PASSWORD_RESET, LetterKind.ACCOUNT_FROZEN, LetterKind.ACCOUNT_IDS)
)
_CONTENTS: Mapping[MailKind, MailContent] = {
    MailKind.ACTIVATION: _ACTIVATION,
    MailKind.COMPLETED: _ACCOUNT,
    MailKind.CONTRACT_PROVED: _ACCOUNT,
    MailKind.CLOSING_SOON: _ACCOUNT,
    MailKind.SECURITY_NOTICE: _ACCOUNT,
    MailKind.BILL_PUBLISHED: BillMail(_ACCOUNT, PublishedBill(stop_token=_TOKEN)),
    MailKind.ADDRESS_CHANGE: _LINK,
    MailKind.ADDRESS_CHANGED: _LINK,
    MailKind.PASSWORD_RESET: _RESET,
    MailKind.ACCOUNT_FROZEN: _FROZEN,
    MailKind.ACCOUNT_IDS: _IDS,
}


def sample_mail(kind: MailKind, company: CompanyProfile) -> bytes:
    """The mail of that kind as it goes to the relay, written at this moment."""
    now = SystemClock().now()
    facts = {
        "closes_at": (now + timedelta(days=30)).isoformat(),
        "works_until": (now + timedelta(days=1)).isoformat(),
        "billing_month": f"{now:%Y-%m}",
        "change": AccountChange.NEW_DEVICE,
        "happened_at": now.isoformat(),
        "device": Device.of("iphone", "safari").in_words,
    }
    mail = Mail(_NOBODY, Order(kind, _NOBODY, "", facts), attempts=1, claimed_at=now)
    return render(
        kind,
        template_values(mail, _CONTENTS[kind], f"https://mypage.{company.mail_domain}"),
        to=_TO,
        letterhead=Letterhead.of(company),
        mail_key=mail.mail_key,
        at=now,
    )


@dataclass(frozen=True)
class SampleMail:
    """A sample as a reader of mails takes it apart. `head`: sender, where answers go, and subject, one a
    line.
    """

    raw: bytes
    head: str
    text: str
    html: str


def read_sample(kind: MailKind, company: CompanyProfile) -> SampleMail:
    """The mail of that kind, decoded."""
    raw = sample_mail(kind, company)
    message = message_from_bytes(raw, policy=default)
    text, html = (part.get_content() for part in message.iter_parts())
    head = f"差出人: {message['From']}\n返信先: {message['Reply-To']}\n件名: {message['Subject']}"
    return SampleMail(raw=raw, head=head, text=text, html=html)
