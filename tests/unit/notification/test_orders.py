"""What an order opens to, and what its mail is filled with."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from chassis.security.sealing import BrokenSeal, SealedContent, Sealer, Unsealer, new_sealing_keys
from messages.identity import AccountMailRecipient
from messages.registration import MailOrder
from messages.values import AccountId, EmailAddress, Nickname
from services.notification.delivery.domain import Mail, template_values
from services.notification.orders.domain import MailKind, Order

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
