"""The rules of an import: when a statement adds up (C9, C12), and which months may be billed by now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from messages.values import BillingMonth
from services.billing.statements.domain import INVOICE_SYSTEM_BEGAN, TAX_RATES, StatementTotals

MONTHS_BILLED_AHEAD = 2
IMPORTS_KEPT_YEARS = 7  # their audits (docs/retention.md)


@dataclass(frozen=True, slots=True)
class StatementToCheck:
    """A row of the file of statements, and what its rows in the other file add up to, by tax rate."""

    line: int
    billing_month: BillingMonth
    totals: StatementTotals
    line_sums: Mapping[int, int]
    line_counts: Mapping[int, int]


@dataclass(frozen=True)
class Changes:
    """How many statements of an import were new, other than the stored ones, and the same."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


def last_billable_month(today: date) -> BillingMonth:
    """The last month that anybody would bill by now. A later one is a slip of the pen: published, it would
    push a whole year out of every customer's list.
    """
    return BillingMonth.from_date(today).plus(MONTHS_BILLED_AHEAD)


def line_differences(totals: StatementTotals, line_sums: Mapping[int, int]) -> dict[int, int]:
    """By tax rate: how much more the lines add up to than the base says. Only rates that differ (C9)."""
    differences = {rate: line_sums.get(rate, 0) - totals.bases[rate] for rate in TAX_RATES}
    return {rate: yen for rate, yen in differences.items() if yen}


def amount_difference(totals: StatementTotals) -> int:
    """How much more bases and taxes add up to than the amount says; 0 for a statement that adds up (C9)."""
    return sum(totals.bases.values()) + sum(totals.taxes.values()) - totals.amount_yen


def wrong_taxes(
    totals: StatementTotals, billing_month: BillingMonth, line_counts: Mapping[int, int]
) -> list[int]:
    """The rates whose tax no rounding of base x rate gives. Up, down or half: the billing system decides
    (C12).

    Before the invoice system, tax was often rounded line by line: there a tax may be off by a yen for each of
    the `line_counts` of its rate.
    """
    return [
        rate
        for rate, tax in totals.taxes.items()
        if abs(tax * 100 - totals.bases[rate] * rate)
        > _cut_off_at_most(billing_month, line_counts.get(rate, 0))
    ]


def _cut_off_at_most(billing_month: BillingMonth, lines: int) -> int:
    """Hundredths of a yen that rounding may add or take away: less than a yen, once or for each line."""
    return 100 * lines if billing_month < INVOICE_SYSTEM_BEGAN and lines > 1 else 99
