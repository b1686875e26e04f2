"""T6 of the mails: what no mail may hold, because nothing that a mail is made of holds it."""

from __future__ import annotations

import pytest

from messages.account_settings import LinkMail
from messages.billing import PublishedBill
from messages.company import CompanyProfile
from messages.identity import AccountMailRecipient
from messages.recovery import RecoveryLetter
from messages.registration import MailOrder
from mypage.sample_mails import read_sample
from services.notification.orders.domain import MailKind


@pytest.mark.parametrize("kind", MailKind)
def test_what_is_asked_of_a_customer_is_in_no_mail(kind: MailKind) -> None:
    """T6: no mail is made of anything but an address, links, and after 本登録 nickname and account ID; an
    amount only for who chose to read it in a mail.
    """
    known = {
        PublishedBill: {"stop_token", "amount_yen"},
        MailOrder: {"email_address", "activation_token"},
        AccountMailRecipient: {"email_address", "nickname", "account_id"},
        LinkMail: {"recipient", "link_token"},
        RecoveryLetter: {
            "kind",
            "email_address",
            "account_key",
            "nickname",
            "account_ids",
            "reset_token",
            "link_ends_at",
        },
    }
    assert {content: set(content.model_fields) for content in known} == known
    mail = read_sample(kind, CompanyProfile())
    for told in ("パスワード：", "電話番号", "お客様番号", "お名前（カナ）", "円"):
        assert told not in mail.text + mail.html
