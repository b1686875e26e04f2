"""The bars of ご利用料金: a decoration, whose values stand in the table (B5)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from messages.billing import ListedStatement
from messages.values import BillingMonth

SLOT, BAR, HEIGHT = 10, 7, 100
"""Units of the picture, which is stretched to its place: a month's width, its bar's, and the whole height."""
_LEAST = 1  # a month of 0 yen is seen, too
_MONTHS_BETWEEN_LABELS = 3
_LABELS_AT_MOST = 6  # as many as stand beside each other on a phone


@dataclass(frozen=True)
class Bar:
    """One month's bar, from its upper left corner."""

    x: int
    y: float
    height: float
    is_newest: bool


@dataclass(frozen=True)
class Chart:
    """Bars from the oldest month to the newest, a slot for each month between; `labels` has a month for few
    of the slots. `zero` is where 0 yen lies.
    """

    bars: tuple[Bar, ...]
    labels: tuple[BillingMonth | None, ...]
    zero: float

    @property
    def width(self) -> int:
        """Of all slots."""
        return SLOT * len(self.labels)


def chart_of(newest_first: Sequence[ListedStatement]) -> Chart | None:
    """None for fewer than two months: there is nothing to compare. Negative amounts hang below the line."""
    if len(newest_first) < 2:
        return None
    newest, oldest = newest_first[0].billing_month, newest_first[-1].billing_month
    slots = [oldest]
    while slots[-1] < newest:
        slots.append(slots[-1].plus(1))
    highest = max(0, *(each.amount_yen for each in newest_first))
    lowest = min(0, *(each.amount_yen for each in newest_first))
    scale = HEIGHT / ((highest - lowest) or 1)
    zero = highest * scale if highest > lowest else HEIGHT
    bars = [
        _bar(slots.index(each.billing_month), each.amount_yen * scale, zero, each.billing_month == newest)
        for each in reversed(newest_first)
    ]
    return Chart(tuple(bars), _labels(slots), round(zero, 1))


def _labels(slots: Sequence[BillingMonth]) -> tuple[BillingMonth | None, ...]:
    """The newest month, and those before it at even distances."""
    between = max(_MONTHS_BETWEEN_LABELS, math.ceil(len(slots) / _LABELS_AT_MOST))
    return tuple(month if (len(slots) - 1 - at) % between == 0 else None for at, month in enumerate(slots))


def _bar(slot: int, signed_height: float, zero: float, is_newest: bool) -> Bar:
    height = max(abs(signed_height), _LEAST)
    upper = zero if signed_height < 0 else zero - height
    upper = min(max(upper, 0), HEIGHT - height)
    return Bar(slot * SLOT + (SLOT - BAR) // 2, round(upper, 1), round(height, 1), is_newest)
