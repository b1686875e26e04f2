"""Mails about changes of an account: each kind says what happened, when and from where, and what to do."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from uuid import uuid4

import pytest
from support.notification_harness import LETTERHEAD, PRIVATE, SEALER

from chassis.security.sealing import Unsealer
from messages.account_notices import AccountChange, AccountChanged
from messages.identity import AccountMailRecipient
from messages.values import AccountId, Device, EmailAddress, Nickname
from services.notification.delivery.domain import Mail, template_values
from services.notification.delivery.rendering import render
from services.notification.orders.domain import MailKind, Order, facts_of_change

AT = datetime(2026, 11, 24, 1, 25, 30, tzinfo=UTC)
WHEN = "2026年11月24日（火）10時25分"
CHANGES = pytest.mark.parametrize("change", list(AccountChange))
TO_FORMER = {AccountChange.MAIL_ADDRESS_CHANGED, AccountChange.ACCESS_RENEWED}


def changed(change: AccountChange, device: Device | None = None) -> AccountChanged:
    """What identity says of it."""
    person = AccountMailRecipient(
        email_address=EmailAddress("taro@example.jp"),
        nickname=Nickname("たろう"),
        account_id=AccountId("Taro-01"),
    )
    account_key = uuid4()
    return AccountChanged(
        notice_key=uuid4(),
        account_key=account_key,
        change=change,
        happened_at=AT,
        device=device,
        recipient=SEALER.seal(person, to="notification", bound_to=account_key),
    )


def order_of(event: AccountChanged) -> Order:
    """As on_account_changed makes it."""
    content = event.recipient.model_dump_json()
    return Order(MailKind.SECURITY_NOTICE, event.notice_key, content, facts_of_change(event))


def letter(event: AccountChanged) -> tuple[str, list[str]]:
    """Subject, and the two parts."""
    mail = Mail(uuid4(), order_of(event), attempts=1, claimed_at=AT)
    content = mail.order.opened(Unsealer([PRIVATE]))
    values = template_values(mail, content, "https://mypage.example.jp")
    raw = render(
        mail.order.kind,
        values,
        to=content.email_address,
        letterhead=LETTERHEAD,
        mail_key=mail.mail_key,
        at=AT,
    )
    message = message_from_bytes(raw, policy=default)
    return str(message["Subject"]), [part.get_content() for part in message.iter_parts()]  # type: ignore[attr-defined]


def squeezed(text: str) -> str:
    """Words alone."""
    text = re.sub(r"<(style|title)>.*?</\1>", "", text, flags=re.DOTALL)
    return re.sub(r"<[^>]+>|[\s─]+", "", text)


@CHANGES
@pytest.mark.parametrize("device", [None, Device("iphone/safari")])
def test_each_kind_says_what_happened_and_what_to_do(change: AccountChange, device: Device | None) -> None:
    """Both parts the same. No link but the log-in's, or to where devices are logged out: nothing can be done
    by following one.
    """
    subject, (text, html) = letter(changed(change, device))
    assert re.fullmatch(r"【あいコムこうか】.{8,}", subject)
    assert squeezed(text) == squeezed(html)
    for words in (WHEN, "心当たりのない場合は", "このメールに返信するか", LETTERHEAD.company.telephone):
        assert words in text
    assert ("iPhone（Safari）" in text.splitlines()) is (device is not None)
    page = "settings/sessions" if change is AccountChange.NEW_DEVICE else "login"
    assert re.findall(r"https?://\S+", text) == [f"https://mypage.example.jp/{page}"]
    assert f'href="https://mypage.example.jp/{page}"' in html
    assert "Taro-01" not in text


def test_no_two_kinds_have_the_same_subject() -> None:
    """So that an inbox tells at once what happened."""
    subjects = {letter(changed(change))[0] for change in AccountChange}
    assert len(subjects) == len(AccountChange)


@CHANGES
def test_what_comes_back_from_a_former_address_marks_no_account(change: AccountChange) -> None:
    """The present one may be fine."""
    event = changed(change)
    expected = None if change in TO_FORMER else event.account_key
    assert order_of(event).account_key == expected


def test_a_kind_of_a_newer_release_is_told_in_general_words() -> None:
    """Rather than not at all."""
    told = AccountChanged.model_validate_json(
        changed(AccountChange.NEW_DEVICE).model_dump_json().replace('"new_device"', '"of_tomorrow"')
    )
    assert told.change is AccountChange.OTHER
    assert letter(told)[0] == "【あいコムこうか】アカウントに変更がありました"
