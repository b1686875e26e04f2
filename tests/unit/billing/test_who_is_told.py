"""Who is told of a published month (ADR 0055)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from messages.billing import BillNoticeChoice
from messages.values import BillingMonth
from services.billing.notices.domain import AnnouncedMonth, Candidate, choice_of, is_to_be_told
from services.billing.statements.domain import WindowRule

RULE = WindowRule(listed_months=12, floor=BillingMonth(2020, 7))
PUBLISHED_AT = datetime(2026, 11, 5, 1, tzinfo=UTC)
OCTOBER = BillingMonth(2026, 10)
ANNOUNCED = AnnouncedMonth(month=OCTOBER, published_at=PUBLISHED_AT, newest=OCTOBER, told_to=None)
TARO = Candidate(
    account_key=uuid4(),
    charges_from=BillingMonth(2010, 1),
    with_amount=False,
    since=PUBLISHED_AT,
    amount_yen=5_500,
    was_told=False,
)


def test_who_chose_to_be_and_has_a_statement_is_told() -> None:
    """Also at the very instant of the publication, and of nothing to pay."""
    assert is_to_be_told(TARO, ANNOUNCED, RULE)
    assert is_to_be_told(replace(TARO, amount_yen=0), ANNOUNCED, RULE)


@pytest.mark.parametrize(
    "but",
    [
        {"amount_yen": None},
        {"was_told": True},
        {"since": PUBLISHED_AT + timedelta(microseconds=1)},
        {"charges_from": BillingMonth(2026, 11)},
    ],
)
def test_nobody_else_is_told(but: dict[str, object]) -> None:
    """Without a statement, told before, chosen later, another holder's month."""
    assert not is_to_be_told(replace(TARO, **but), ANNOUNCED, RULE)


@pytest.mark.parametrize(("back", "told"), [(0, True), (11, True), (12, False), (24, False)])
@pytest.mark.parametrize("listed_months", [12, 120])
def test_a_month_of_more_than_a_year_ago_is_no_news(back: int, told: bool, listed_months: int) -> None:
    """Also where the list is longer: who was told of it is forgotten by then."""
    rule = WindowRule(listed_months, BillingMonth(2020, 7))
    assert is_to_be_told(TARO, replace(ANNOUNCED, month=OCTOBER.minus(back)), rule) is told


def test_nobody_is_told_of_a_month_before_the_first_that_is_shown() -> None:
    """T24."""
    june = replace(ANNOUNCED, month=BillingMonth(2020, 6), newest=BillingMonth(2020, 6))
    assert not is_to_be_told(TARO, june, RULE)


def test_a_customer_who_never_chose_has_chosen_nothing() -> None:
    """Opt-in."""
    assert [choice_of(kept) for kept in (None, False, True)] == list(BillNoticeChoice)
