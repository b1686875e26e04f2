"""Which months a customer may open (T24, Q20, Q23)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.values import BillingMonth
from services.billing.statements.domain import ChargesWindow, Neighbours, WindowRule, neighbours

FLOOR = BillingMonth(2020, 7)
RULE = WindowRule(listed_months=12, floor=FLOOR)
LONG_AGO = BillingMonth(2010, 1)
MONTHS = st.builds(
    BillingMonth, st.integers(2002, 2097), st.integers(1, 12)
)  # two years less than a month may say


def month(text: str) -> BillingMonth:
    """2026-10."""
    return BillingMonth.parse(text)


def test_the_window_is_the_newest_published_month_and_the_eleven_before() -> None:
    """最大1年間."""
    assert RULE.window(month("2026-10"), LONG_AGO) == ChargesWindow(month("2025-11"), month("2026-10"))


def test_the_year_turns_inside_the_window() -> None:
    """January has eleven months before it, too."""
    assert RULE.window(month("2026-01"), LONG_AGO) == ChargesWindow(month("2025-02"), month("2026-01"))


@pytest.mark.parametrize(
    ("newest", "first"),
    [("2020-07", "2020-07"), ("2020-12", "2020-07"), ("2021-06", "2020-07"), ("2021-07", "2020-08")],
)
def test_no_month_before_july_2020_is_in_the_window(newest: str, first: str) -> None:
    """2020年7月以降."""
    assert RULE.window(month(newest), LONG_AGO) == ChargesWindow(month(first), month(newest))


@pytest.mark.parametrize(
    ("asked", "is_inside"),
    [("2025-10", False), ("2025-11", True), ("2026-03", True), ("2026-10", True), ("2026-11", False)],
)
def test_both_ends_of_the_window_are_inside(asked: str, is_inside: bool) -> None:
    """And their neighbours are not."""
    assert (month(asked) in ChargesWindow(month("2025-11"), month("2026-10"))) is is_inside


def test_there_is_no_window_before_the_first_publication() -> None:
    """表示できるご利用料金はありません."""
    assert RULE.window(None, LONG_AGO) is None


@pytest.mark.parametrize("newest", ["2020-06", "2000-01"])
def test_there_is_no_window_while_only_months_before_the_floor_are_published(newest: str) -> None:
    """Whatever was imported of the time before."""
    assert RULE.window(month(newest), LONG_AGO) is None


def test_months_before_the_contract_began_are_another_holders() -> None:
    """The number may have been somebody else's (Q23)."""
    assert RULE.window(month("2026-10"), month("2026-04")) == ChargesWindow(
        month("2026-04"), month("2026-10")
    )


def test_a_contract_that_begins_after_the_newest_month_has_an_empty_window() -> None:
    """Its first is later than its last."""
    assert RULE.window(month("2026-10"), month("2026-11")) == ChargesWindow(
        month("2026-11"), month("2026-10")
    )


def test_the_operator_may_choose_another_length_and_floor() -> None:
    """The live page showed 15 months (Q21)."""
    rule = WindowRule(listed_months=15, floor=month("2025-09"))
    assert rule.window(month("2026-10"), LONG_AGO) == ChargesWindow(month("2025-09"), month("2026-10"))
    assert rule.window(month("2027-10"), LONG_AGO) == ChargesWindow(month("2026-08"), month("2027-10"))


@given(MONTHS, MONTHS, st.integers(1, 24))
def test_a_window_never_has_more_months_than_are_listed(
    newest: BillingMonth, charges_from: BillingMonth, listed: int
) -> None:
    """Nor any before the floor or before the contract."""
    window = WindowRule(listed_months=listed, floor=FLOOR).window(newest, charges_from)
    if window is None:
        assert newest < FLOOR
    else:
        assert window.last == newest < window.first.plus(listed)
        assert window.first >= max(FLOOR, charges_from)


def test_a_gap_is_stepped_over_in_both_directions() -> None:
    """A month without a statement is not a page (Q20)."""
    listed = [month("2026-10"), month("2026-08"), month("2026-07")]
    assert neighbours(listed, month("2026-08")) == Neighbours(
        earlier=month("2026-07"), later=month("2026-10")
    )


def test_the_ends_of_the_list_have_one_neighbour() -> None:
    """No link leads out of the list."""
    listed = [month("2026-10"), month("2026-09")]
    assert neighbours(listed, month("2026-10")) == Neighbours(earlier=month("2026-09"), later=None)
    assert neighbours(listed, month("2026-09")) == Neighbours(earlier=None, later=month("2026-10"))


def test_a_month_that_is_not_listed_has_no_neighbours() -> None:
    """So it cannot be opened (T25)."""
    assert neighbours([month("2026-10"), month("2026-08")], month("2026-09")) is None
    assert neighbours([], month("2026-10")) is None
