"""When a mail is tried again, and what date it promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from services.notification.delivery.domain import (
    Mail,
    in_words,
    is_hopeless,
    next_attempt,
    promised_deadline,
)
from services.notification.orders.domain import MailKind, Order


def test_a_mail_is_tried_after_ten_seconds_a_minute_ten_minutes_and_then_hourly_six_times() -> None:
    """The ladder; then it is given up."""
    waits = [next_attempt(attempts) for attempts in range(1, 11)]
    hour = timedelta(hours=1)
    assert waits == [timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), *[hour] * 6, None]


def test_the_printed_deadline_is_the_true_one_rounded_down_to_the_minute() -> None:
    """Q13: never later than the true one."""
    attempted_at = datetime(2026, 11, 23, 1, 25, 59, 999_999, tzinfo=UTC)
    printed = promised_deadline(attempted_at)
    assert printed <= attempted_at + timedelta(hours=24)
    assert in_words(printed) == "2026年11月24日（火）10時25分"


def test_dates_are_told_in_japanese_time_without_a_leading_zero_in_the_hour() -> None:
    """T1 of the mails."""
    assert in_words(datetime(2026, 3, 31, 15, 5, tzinfo=UTC)) == "2026年4月1日（水）0時05分"


def a_mail(attempts: int, **facts: str) -> Mail:
    """A mail in hand."""
    order = Order(MailKind.ACTIVATION, uuid4(), "{}", facts)
    return Mail(uuid4(), order, attempts, datetime(2026, 11, 23, tzinfo=UTC))


def test_a_mail_is_hopeless_when_every_attempt_is_used_up() -> None:
    """Ten attempts; the eleventh claim gives up."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert not is_hopeless(a_mail(10), now)
    assert is_hopeless(a_mail(11), now)


def test_a_mail_is_hopeless_after_its_order_has_grown_too_old() -> None:
    """At the instant itself it is still sent."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert not is_hopeless(a_mail(1, not_after=now.isoformat()), now)
    assert is_hopeless(a_mail(1, not_after=now.isoformat()), now + timedelta(seconds=1))


def test_no_copy_of_a_mail_promises_an_earlier_end_than_registration_is_told_of() -> None:
    """The clock was set back between two of them."""
    noon, minutes = datetime(2026, 11, 23, 3, tzinfo=UTC), timedelta(minutes=2)
    assert a_mail(1).left_at(noon) == noon
    copied = replace(a_mail(2), possibly_sent_at=noon)
    assert copied.left_at(noon - minutes) == noon
    assert copied.left_at(noon + minutes) == noon + minutes
