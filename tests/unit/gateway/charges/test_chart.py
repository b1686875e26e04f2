"""The bars of ご利用料金 (B5)."""

from __future__ import annotations

import pytest

from gateway.charges.chart import HEIGHT, chart_of
from messages.billing import ListedStatement
from messages.values import BillingMonth

OCTOBER = BillingMonth(2026, 10)


def rows(*yen: int | None) -> list[ListedStatement]:
    """Newest first, a month each; None is a gap."""
    return [
        ListedStatement(billing_month=OCTOBER.minus(back), amount_yen=amount)
        for back, amount in enumerate(yen)
        if amount is not None
    ]


@pytest.mark.parametrize("yen", [(), (5500,)])
def test_fewer_than_two_months_have_no_chart(yen: tuple[int, ...]) -> None:
    """A single bar says nothing."""
    assert chart_of(rows(*yen)) is None


def test_heights_are_in_proportion_and_the_newest_stands_last() -> None:
    """From the ground up."""
    chart = chart_of(rows(5000, 10_000))
    assert chart
    assert [(bar.height, bar.y, bar.is_newest) for bar in chart.bars] == [(100, 0, False), (50, 50, True)]
    assert chart.zero == HEIGHT


def test_what_is_owed_to_the_customer_hangs_below_the_line() -> None:
    """A negative total."""
    chart = chart_of(rows(-5000, 5000))
    assert chart
    assert chart.zero == 50
    assert [(bar.y, bar.height) for bar in chart.bars] == [(0, 50), (50, 50)]


@pytest.mark.parametrize("yen", [(0, 0), (0, 9000), (-1, -9000), (0, -9000), (10**9, 1)])
def test_every_bar_is_seen_and_stays_inside(yen: tuple[int, ...]) -> None:
    """0 yen, all negative, very large."""
    chart = chart_of(rows(*yen))
    assert chart
    for bar in chart.bars:
        assert bar.height >= 1
        assert bar.y >= 0
        assert bar.y + bar.height <= HEIGHT + 0.1


def test_a_gap_keeps_its_place_and_few_months_are_named() -> None:
    """Twelve slots, the newest and every third before it."""
    chart = chart_of(rows(100, *[None] * 10, 100))
    assert chart
    assert [bar.x // 10 for bar in chart.bars] == [0, 11]
    assert [label.month if label else 0 for label in chart.labels] == [0, 0, 1, 0, 0, 4, 0, 0, 7, 0, 0, 10]
    assert chart.width == 120


@pytest.mark.parametrize("months", [2, 12, 13, 18, 24, 36, 120])
def test_no_name_of_a_month_runs_into_the_next_one(months: int) -> None:
    """However many an operator lists: on a phone there is room for six, and the newest is named."""
    chart = chart_of(rows(*[100] * months))
    assert chart
    named = [at for at, label in enumerate(chart.labels) if label]
    assert named[-1] == months - 1
    assert len(named) <= 6
    assert len(named) >= min(months, 3) // 2
