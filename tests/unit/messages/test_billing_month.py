"""請求年月 (Q20, G20)."""

import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from messages.values import BillingMonth, InvalidValue, Reason

DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31))
MONTHS = DAYS.map(BillingMonth.from_date)


class Row(BaseModel):
    """A message with a month."""

    billing_month: BillingMonth


def test_the_wire_form_is_year_and_month() -> None:
    """`2026-03`, as in URLs and messages."""
    month = BillingMonth.parse("2026-03")
    assert (month.year, month.month, str(month)) == (2026, 3, "2026-03")
    assert month.first_day == datetime.date(2026, 3, 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-3",
        "2026-13",
        "2026-00",
        "2026/03",
        "202603",
        "2026-03-01",
        " 2026-03",
        "2026-03\n",
        "２０２６-03",
        "1999-12",
        "2100-01",
        "٢٠٢٦-٠٣",
    ],
)
def test_any_other_form_is_refused(text: str) -> None:
    """The form is strict, as it comes from our own pages and messages."""
    with pytest.raises(InvalidValue) as refused:
        BillingMonth.parse(text)
    assert refused.value.reason is Reason.SHAPE


@pytest.mark.parametrize(("year", "month"), [(1999, 12), (2100, 1), (2026, 0), (2026, 13)])
def test_no_month_outside_the_calendar_or_the_century_can_be_made(year: int, month: int) -> None:
    """Also not by the constructor."""
    with pytest.raises(InvalidValue):
        BillingMonth(year, month)


def test_months_are_counted_across_years() -> None:
    """Eleven months before 2026-10 begins the list of twelve."""
    assert BillingMonth(2026, 10).minus(11) == BillingMonth(2025, 11)
    assert BillingMonth(2025, 12).plus(1) == BillingMonth(2026, 1)


@pytest.mark.parametrize("months", [-1, 1200])
def test_counting_out_of_the_century_is_refused(months: int) -> None:
    """The first and last month have no neighbour outside."""
    with pytest.raises(InvalidValue):
        BillingMonth(2000, 1).plus(months)


@pytest.mark.parametrize(
    "value", ["2026-3", "2100-01", "2026-13", 202603, None, datetime.date(2026, 3, 1), b"2026-03"]
)
def test_a_field_takes_nothing_but_the_wire_form_and_the_value(value: object) -> None:
    """A date or a number is a sender's mistake."""
    with pytest.raises(ValidationError):
        Row.model_validate({"billing_month": value})


def test_a_field_takes_the_value_itself() -> None:
    """As handlers build their replies."""
    month = BillingMonth(2026, 3)
    assert Row(billing_month=month).billing_month is month


@given(MONTHS)
def test_any_month_survives_text_and_the_wire(month: BillingMonth) -> None:
    """The same value comes back."""
    row = Row(billing_month=month)
    assert BillingMonth.parse(str(month)) == month
    assert row.model_dump_json() == f'{{"billing_month":"{month}"}}'
    assert Row.model_validate_json(row.model_dump_json()) == row


@given(DAYS)
def test_any_day_lies_in_its_month(day: datetime.date) -> None:
    """The first day of its month has the same year and month."""
    assert BillingMonth.from_date(day).first_day == day.replace(day=1)


@given(MONTHS, MONTHS)
def test_months_are_ordered_as_their_first_days_and_as_their_text(
    one: BillingMonth, other: BillingMonth
) -> None:
    """So are database rows and file names."""
    assert (one < other) == (one.first_day < other.first_day) == (str(one) < str(other))
    assert (one == other) == (hash(one) == hash(other) and str(one) == str(other))


@given(st.integers(0, 1199), st.integers(0, 1199))
def test_counting_forth_and_back_returns_to_the_month(start: int, end: int) -> None:
    """`plus` and `minus` undo each other."""
    month = BillingMonth(2000, 1).plus(start)
    assert month.plus(end - start).minus(end - start) == month
    assert (month.plus(end - start) >= month) == (end >= start)


@given(st.text() | st.from_regex("20[0-9]{2}-[01][0-9]\n?", fullmatch=True))
def test_any_text_is_a_month_in_its_wire_form_or_refused(text: str) -> None:
    """One month has one text."""
    if re.fullmatch("20[0-9]{2}-(0[1-9]|1[0-2])", text):
        assert str(BillingMonth.parse(text)) == text
    else:
        with pytest.raises(InvalidValue, match="SHAPE"):
            BillingMonth.parse(text)
