"""What an order opens to, and what its mail is filled with."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from chassis.security.sealing import (
    BrokenSeal,
    Sealed,
    SealedContent,
    Sealer,
    Unsealer,
    new_sealing_keys,
)
from messages.account_settings import LinkMail
from messages.billing import PublishedBill
from messages.identity import AccountMailRecipient, BillNoticeAddressed
from messages.registration import MailOrder
from messages.values import AccountId, BillingMonth, EmailAddress, Nickname
from services.notification.delivery.domain import Mail, template_values
from services.notification.orders.domain import BillMail, MailKind, Order, boxes_of_bill

PRIVATE, PUBLIC = new_sealing_keys()
UNSEALER = Unsealer([PRIVATE])
CLAIMED_AT = datetime(2026, 11, 23, 1, 25, tzinfo=UTC)
ACTIVATION = MailOrder(email_address=EmailAddress("taro@example.jp"), activation_token="a-token")
ACCOUNT = AccountMailRecipient(
    email_address=EmailAddress("taro@example.jp"),
    nickname=Nickname("たろう"),
    account_id=AccountId("Taro-01"),
)


def an_order(kind: MailKind, content: SealedContent, *, bound_to: UUID | None = None, **facts: str) -> Order:
    """An order as an event brings it; the seal is bound to what the mail is about, or to `bound_to`."""
    about_key = uuid4()
    if bound_to:
        facts["bound_to"] = str(bound_to)
    sealed = Sealer({"notification": PUBLIC}).seal(content, to="notification", bound_to=bound_to or about_key)
    return Order(kind, about_key, sealed.model_dump_json(), facts)


def test_the_order_of_an_activation_mail_opens_to_address_and_token() -> None:
    """Somebody waits for word of this one: registration."""
    order = an_order(MailKind.ACTIVATION, ACTIVATION)
    assert order.opened(UNSEALER) == ACTIVATION
    assert order.registration_key == order.about_key


def test_other_orders_open_to_the_account_and_nobody_waits_for_them() -> None:
    """Also where the seal is bound to another key than what the mail is about."""
    order = an_order(MailKind.CONTRACT_PROVED, ACCOUNT, bound_to=uuid4())
    assert order.opened(UNSEALER) == ACCOUNT
    assert order.registration_key is None


def test_an_order_that_was_sealed_for_another_mail_does_not_open() -> None:
    """A box cannot be cut out of one order and pasted into another (ADR 0005)."""
    stolen = an_order(MailKind.ACTIVATION, ACTIVATION)
    order = Order(MailKind.ACTIVATION, uuid4(), stolen.sealed_content)
    with pytest.raises(BrokenSeal):
        order.opened(UNSEALER)


def values_of(order: Order) -> dict[str, str]:
    """The values of its template."""
    mail = Mail(uuid4(), order, 1, CLAIMED_AT)
    return template_values(mail, order.opened(UNSEALER), "https://mypage.example.jp")


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (MailKind.ADDRESS_CHANGE, "https://mypage.example.jp/settings/address/token"),
        (MailKind.ADDRESS_CHANGED, "https://mypage.example.jp/address-undo/token"),
    ],
)
def test_the_mails_of_a_change_of_address_are_filled_with_their_links(kind: MailKind, path: str) -> None:
    """And go to an address that no account has, so that a bounce of one marks nobody's."""
    order = an_order(
        kind, LinkMail(recipient=ACCOUNT, link_token="token"), works_until="2026-11-24T01:25:00Z"
    )
    values = values_of(order)
    assert (values["link_url"], values["works_until"]) == (path, "2026年11月24日（火）10時25分")
    assert order.account_key is None


def test_the_activation_mail_is_filled_with_link_and_deadline_and_no_nickname() -> None:
    """T18, X29."""
    assert values_of(an_order(MailKind.ACTIVATION, ACTIVATION)) == {
        "activation_url": "https://mypage.example.jp/activate/a-token",
        "deadline": "2026年11月24日（火）10時25分",
    }


def test_only_the_mail_of_an_ending_contract_names_a_last_day() -> None:
    """Q24."""
    assert "closes_at" not in values_of(an_order(MailKind.COMPLETED, ACCOUNT))
    closing = an_order(MailKind.CLOSING_SOON, ACCOUNT, closes_at="2026-12-31T15:00:00+00:00")
    assert values_of(closing)["closes_at"] == "2027年1月1日（金）0時00分"


def order_of_bill(bill: PublishedBill, *, pasted_from: UUID | None = None) -> Order:
    """Two boxes, of two services; billing's is bound to the notice, unless it was taken from another one."""
    sealer, notice_key, account_key = Sealer({"notification": PUBLIC}), uuid4(), uuid4()
    box = sealer.seal(bill, to="notification", bound_to=pasted_from or notice_key)
    event = BillNoticeAddressed(
        notice_key=notice_key,
        account_key=account_key,
        billing_month=BillingMonth(2026, 10),
        recipient=sealer.seal(ACCOUNT, to="notification", bound_to=account_key),
        bill=Sealed[SealedContent](key_id=box.key_id, box=box.box),
    )
    facts = {"bound_to": str(account_key), "billing_month": "2026-10"}
    return Order(MailKind.BILL_PUBLISHED, notice_key, boxes_of_bill(event), facts)


def test_the_order_of_a_published_bill_opens_to_the_account_and_the_bill() -> None:
    """Who it is for says identity, what it says billing; neither can read the other's."""
    bill = PublishedBill(stop_token="a-token", amount_yen=5_500)
    order = order_of_bill(bill)
    opened = order.opened(UNSEALER)
    assert opened == BillMail(ACCOUNT, bill)
    assert opened.email_address == ACCOUNT.email_address
    assert order.registration_key is None


def test_the_bill_of_another_notice_does_not_open() -> None:
    """Nobody can be sent another one's amount (ADR 0005)."""
    with pytest.raises(BrokenSeal):
        order_of_bill(PublishedBill(stop_token="x", amount_yen=1), pasted_from=uuid4()).opened(UNSEALER)


@pytest.mark.parametrize(("amount", "words"), [(None, ""), (0, "0円"), (5_500, "5,500円"), (-500, "-500円")])
def test_a_mail_about_a_bill_names_its_month_and_the_amount_only_if_it_was_chosen(
    amount: int | None, words: str
) -> None:
    """Q26."""
    assert values_of(order_of_bill(PublishedBill(stop_token="a-token", amount_yen=amount))) == {
        "nickname": "たろう",
        "month": "2026年10月",
        "amount": words,
        "statement_url": "https://mypage.example.jp/charges/2026-10",
        "settings_url": "https://mypage.example.jp/settings",
        "stop_url": "https://mypage.example.jp/stop/a-token",
    }


def test_only_mails_to_a_great_many_at_once_can_wait() -> None:
    """Whoever registers looks at his mailbox."""
    assert [kind for kind in MailKind if kind.can_wait] == [MailKind.BILL_PUBLISHED]
