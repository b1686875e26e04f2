"""The rules of billing: which months a customer may open (T24, Q20), and when a statement adds up (C9, I4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from messages.values import BillingMonth

TAX_RATES = (10, 8, 0)
"""Percent, in the order of a statement; 0 is 対象外."""


@dataclass(frozen=True)
class ChargesWindow:
    """The months from `first` to `last`, both included; none if `first` is later."""

    first: BillingMonth
    last: BillingMonth


@dataclass(frozen=True)
class WindowRule:
    """請求年月の新しい順に最大1年間, 2020年7月以降 (manual, ご利用料金). Both numbers are the operator's
    (Q21).
    """

    listed_months: int
    floor: BillingMonth

    def window(
        self, newest_published: BillingMonth | None, charges_from: BillingMonth
    ) -> ChargesWindow | None:
        """What the holder of a contract may look at, or None while there is nothing.

        Counted from the newest month that the operator published, not from today: else the list would shrink
        on the 1st (Q20). Months before `charges_from` are an earlier holder's (Q23).
        """
        if newest_published is None or newest_published < self.floor:
            return None
        oldest = newest_published.minus(self.listed_months - 1)
        return ChargesWindow(first=max(oldest, self.floor, charges_from), last=newest_published)


@dataclass(frozen=True)
class Neighbours:
    """The listed months before and after one that is listed."""

    earlier: BillingMonth | None
    later: BillingMonth | None


def neighbours(listed: Sequence[BillingMonth], month: BillingMonth) -> Neighbours | None:
    """None if `month` is not listed: then it may not be opened either. `listed` may have gaps and any order.
    """
    if month not in listed:
        return None
    earlier = [each for each in listed if each < month]
    later = [each for each in listed if each > month]
    return Neighbours(max(earlier, default=None), min(later, default=None))


@dataclass(frozen=True)
class Statement:
    """The totals of one customer and month as the billing system made them, in yen. `bases` has every rate,
    `taxes` the taxed ones.
    """

    bases: Mapping[int, int]
    taxes: Mapping[int, int]
    amount_yen: int


def line_differences(statement: Statement, line_sums: Mapping[int, int]) -> dict[int, int]:
    """By tax rate: how much more the lines add up to than the base says. Only rates that differ (C9)."""
    differences = {rate: line_sums.get(rate, 0) - statement.bases[rate] for rate in TAX_RATES}
    return {rate: yen for rate, yen in differences.items() if yen}


def amount_difference(statement: Statement) -> int:
    """How much more bases and taxes add up to than the amount says; 0 for a statement that adds up (C9)."""
    return sum(statement.bases.values()) + sum(statement.taxes.values()) - statement.amount_yen


def wrong_taxes(statement: Statement) -> list[int]:
    """The rates whose tax no rounding of base x rate gives. Up, down or half: the billing system decides
    (I4).
    """
    return [
        rate for rate, tax in statement.taxes.items() if abs(tax * 100 - statement.bases[rate] * rate) >= 100
    ]
