"""Whatever notification hears that orders a mail: one of each kind, for anybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID, uuid4

from chassis.messaging.message import Event
from chassis.process.clock import SystemClock
from chassis.security.sealing import Sealed, SealedContent
from messages.account_notices import AccountChange, AccountChanged
from messages.account_settings import AddressChangeOrdered, LinkMail, MailAddressChanged
from messages.billing import PublishedBill
from messages.identity import (
    AccountClosingSoon,
    AccountCreated,
    AccountMailRecipient,
    BillNoticeAddressed,
    RegisteredContractProved,
)
from messages.recovery import RecoveryLetterOrdered
from messages.values import BillingMonth, Device
from services.notification.orders.domain import MailKind
from support.notification_harness import SEALER, a_provisional_registration
from support.recovery_letters import a_letter

LINK_TOKEN = "L1nk-that-nobody-may-see-except-the-customer-xx"
MONTH = BillingMonth(2026, 10)


def order_of(kind: MailKind, person: AccountMailRecipient) -> Event:
    """What is said when that person is to get a mail of that kind."""
    return _ORDERS[kind](person)


def _sealed(person: AccountMailRecipient, bound_to: UUID) -> Sealed[AccountMailRecipient]:
    return SEALER.seal(person, to="notification", bound_to=bound_to)


def _link(person: AccountMailRecipient, bound_to: UUID) -> Sealed[LinkMail]:
    mail = LinkMail(recipient=person, link_token=LINK_TOKEN)
    return SEALER.seal(mail, to="notification", bound_to=bound_to)


def _completed(person: AccountMailRecipient) -> Event:
    key = uuid4()
    return AccountCreated(registration_key=uuid4(), account_key=key, recipient=_sealed(person, key))


def _contract_proved(person: AccountMailRecipient) -> Event:
    key = uuid4()
    return RegisteredContractProved(notice_key=uuid4(), account_key=key, recipient=_sealed(person, key))


def _closing_soon(person: AccountMailRecipient) -> Event:
    key, closes_at = uuid4(), SystemClock().now() + timedelta(days=30)
    return AccountClosingSoon(account_key=key, closes_at=closes_at, recipient=_sealed(person, key))


def _bill_published(person: AccountMailRecipient) -> Event:
    account_key, notice_key = uuid4(), uuid4()
    bill = PublishedBill(stop_token=LINK_TOKEN, amount_yen=5_500)
    box = SEALER.seal(bill, to="notification", bound_to=notice_key)
    return BillNoticeAddressed(
        notice_key=notice_key,
        account_key=account_key,
        billing_month=MONTH,
        recipient=_sealed(person, account_key),
        bill=Sealed[SealedContent](key_id=box.key_id, box=box.box),
    )


def _address_change(person: AccountMailRecipient) -> Event:
    key, expires_at = uuid4(), SystemClock().now() + timedelta(hours=24)
    mail = _link(person, key)
    return AddressChangeOrdered(change_key=key, account_key=uuid4(), mail=mail, expires_at=expires_at)


def _address_changed(person: AccountMailRecipient) -> Event:
    key, undo_until = uuid4(), SystemClock().now() + timedelta(hours=72)
    mail = _link(person, key)
    return MailAddressChanged(change_key=key, account_key=uuid4(), mail=mail, undo_until=undo_until)


def _changed(person: AccountMailRecipient) -> Event:
    key = uuid4()
    return AccountChanged(
        notice_key=uuid4(),
        account_key=key,
        change=AccountChange.NEW_DEVICE,
        happened_at=SystemClock().now(),
        device=Device("iphone/safari"),
        recipient=_sealed(person, key),
    )


def _letter(kind: MailKind) -> Callable[[AccountMailRecipient], Event]:
    def order(person: AccountMailRecipient) -> Event:
        key, not_after = uuid4(), SystemClock().now() + timedelta(minutes=20)
        letter = a_letter(kind, nickname=person.nickname, account_id=person.account_id)
        letter = letter.model_copy(update={"email_address": person.email_address})
        sealed = SEALER.seal(letter, to="notification", bound_to=key)
        return RecoveryLetterOrdered(letter_key=key, not_after=not_after, letter=sealed)

    return order


_ORDERS: Mapping[MailKind, Callable[[AccountMailRecipient], Event]] = {
    MailKind.ACTIVATION: lambda person: a_provisional_registration(address=person.email_address),
    MailKind.COMPLETED: _completed,
    MailKind.CONTRACT_PROVED: _contract_proved,
    MailKind.CLOSING_SOON: _closing_soon,
    MailKind.BILL_PUBLISHED: _bill_published,
    MailKind.ADDRESS_CHANGE: _address_change,
    MailKind.ADDRESS_CHANGED: _address_changed,
    MailKind.PASSWORD_RESET: _letter(MailKind.PASSWORD_RESET),
    MailKind.ACCOUNT_FROZEN: _letter(MailKind.ACCOUNT_FROZEN),
    MailKind.ACCOUNT_IDS: _letter(MailKind.ACCOUNT_IDS),
    MailKind.SECURITY_NOTICE: _changed,
}
