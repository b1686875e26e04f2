"""What a bounce comes to: about the mailbox for good, or a mail that did not arrive."""

from __future__ import annotations

from uuid import uuid4

import pytest

from messages.mail_failure import MailFailure
from services.notification.bounces.domain import Bounce, BouncedMail, Failure, Outcome, outcome_of
from services.notification.orders.domain import MailKind, Order

GONE = Failure("5.1.1", "smtp; 550 5.1.1 <taro@example.jp> unknown")


@pytest.mark.parametrize(
    ("status", "diagnostic", "is_over", "right"),
    [
        ("5.1.1", "smtp; 550 5.1.1 <taro@example.jp> unknown", True, True),
        ("5.1.1", "smtp; 550 5.1.1 <taro@example.jp> unknown", False, False),
        ("5.0.0", "smtp; 550 5.1.1 unknown", True, True),
        ("5.1.1", "smtp; 550 5.7.1 refused by policy", True, False),
        ("5.0.0", "smtp; 550 No such user here", True, True),
        ("5.0.0", "smtp; 550 blocked by our policy", True, False),
        ("5.4.4", "X-Postfix; Host not found", True, True),
        ("5.4.7", "X-Postfix; delivery time expired", True, False),
        ("5.0.0", "", True, True),
        ("5.0.0", "The mailbox of the recipient is full.", True, False),
        ("4.0.0", "", True, False),
        ("", "", True, False),
        ("5.2.1", "smtp; 550 account disabled", True, True),
        ("5.2.2", "smtp; 552 mailbox full", True, False),
        ("4.2.2", "smtp; 452 mailbox full", True, False),
        ("5.1.1", "X-Unix; 67", True, True),
        ("5.1.1", "smtp; 550 5.1.1 from mx501.example.jp [192.0.2.45], Exim 4.94.2", True, True),
    ],
)
def test_only_what_is_said_of_the_mailbox_is_for_good(
    status: str, diagnostic: str, is_over: bool, right: bool
) -> None:
    """A remote system's own code says more than the one that its neighbour made of it."""
    assert Failure(status, diagnostic, is_over=is_over).is_about_the_mailbox is right


def test_a_reason_is_numbers() -> None:
    """Its words may hold an address."""
    assert GONE.in_numbers == "550 5.1.1"
    assert Failure("5.0.0", "<taro@example.jp>: no").in_numbers == ""
    assert Failure("4.4.1", "connect to mx.example.jp[192.0.2.10]:25 timed out").in_numbers == "4.4.1"


@pytest.mark.parametrize(
    ("status", "diagnostic", "reason"),
    [
        ("5.1.1", "smtp; 550 5.1.1 <taro@example.jp> unknown", MailFailure.NO_SUCH_MAILBOX),
        ("5.0.0", "smtp; 550 No such user here", MailFailure.NO_SUCH_MAILBOX),
        ("5.2.1", "smtp; 550 account disabled", MailFailure.NO_SUCH_MAILBOX),
        ("5.4.4", "X-Postfix; Host not found", MailFailure.UNDELIVERABLE_ADDRESS),
        ("5.2.2", "smtp; 552 mailbox full", MailFailure.MAILBOX_FULL),
        ("5.0.0", "The mailbox of the recipient is full.", MailFailure.MAILBOX_FULL),
        ("5.0.0", "smtp; 550 blocked by our policy", MailFailure.REFUSED_BY_POLICY),
        ("5.7.1", "smtp; 550 5.7.1 refused", MailFailure.REFUSED_BY_POLICY),
        ("5.4.7", "X-Postfix; delivery time expired", MailFailure.CAME_BACK),
        ("5.0.0", "", MailFailure.CAME_BACK),
        ("", "", MailFailure.CAME_BACK),
    ],
)
def test_a_customer_is_told_a_class_of_reason(status: str, diagnostic: str, reason: MailFailure) -> None:
    """Where nobody says why, that it came back."""
    assert Failure(status, diagnostic).reason is reason


def a_mail(kind: MailKind, **facts: str) -> BouncedMail:
    """One that left."""
    order = Order(kind, uuid4(), "", facts)
    return BouncedMail(uuid4(), kind, order.account_key, order.registration_key, None)


def test_an_address_without_an_account_is_of_a_registration() -> None:
    """The mail with the 本登録手続きURL."""
    bounce = Bounce((), "x", GONE)
    assert outcome_of(bounce, a_mail(MailKind.COMPLETED)) is Outcome.MARKED
    assert outcome_of(bounce, a_mail(MailKind.ACTIVATION)) is Outcome.REGISTRATION_TOLD
    full = Bounce((), "x", Failure("5.2.2", "smtp; 552 5.2.2 full"))
    assert outcome_of(full, a_mail(MailKind.COMPLETED)) is Outcome.COUNTED


def test_a_mail_knows_whose_account_it_is_about() -> None:
    """Also where it is about one of several things of that account."""
    about, account = uuid4(), uuid4()
    assert Order(MailKind.COMPLETED, about, "").account_key == about
    assert Order(MailKind.CLOSING_SOON, about, "", {"bound_to": str(account)}).account_key == account
    assert Order(MailKind.ACTIVATION, about, "").account_key is None
