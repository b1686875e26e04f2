"""Which months a customer may open (T24, Q20), and what a statement says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from messages.values import BillingMonth, RegistrationNumber

TAX_RATES = (10, 8, 0)
"""Percent, in the order of a statement; 0 is 対象外."""
INVOICE_SYSTEM_BEGAN = BillingMonth(2023, 10)
"""インボイス制度: from this month on tax is rounded once per rate and statement."""
STATEMENTS_KEPT_YEARS = 7  # as long as books are (docs/retention.md)


@dataclass(frozen=True)
class ChargesWindow:
    """The months from `first` to `last`, both included; none if `first` is later."""

    first: BillingMonth
    last: BillingMonth

    def __contains__(self, month: BillingMonth) -> bool:
        return self.first <= month <= self.last


@dataclass(frozen=True)
class WindowRule:
    """請求年月の新しい順に最大1年間, 2020年7月以降 (manual, ご利用料金). Both numbers are the operator's
    (Q21).
    """

    listed_months: int
    floor: BillingMonth

    def window(
        self,
        newest_published: BillingMonth | None,
        charges_from: BillingMonth,
        charges_until: BillingMonth | None = None,
    ) -> ChargesWindow | None:
        """What the holder of a contract may look at, or None while there is nothing.

        Counted from the newest month that the operator published, not from today: else the list would shrink
        on the 1st (Q20). Months before `charges_from` are an earlier holder's, months after
        `charges_until` a later one's (Q23).
        """
        if newest_published is None or newest_published < self.floor:
            return None
        oldest = newest_published.minus(self.listed_months - 1)
        last = min(newest_published, charges_until or newest_published)
        return ChargesWindow(first=max(oldest, self.floor, charges_from), last=last)


@dataclass(frozen=True)
class Neighbours:
    """The listed months before and after one that is listed."""

    earlier: BillingMonth | None
    later: BillingMonth | None


def neighbours(listed: Sequence[BillingMonth], month: BillingMonth) -> Neighbours | None:
    """None if `month` is not listed: then it may not be opened. `listed` may have gaps and any order."""
    if month not in listed:
        return None
    earlier = [each for each in listed if each < month]
    later = [each for each in listed if each > month]
    return Neighbours(max(earlier, default=None), min(later, default=None))


@dataclass(frozen=True)
class StatementLine:
    """One line of a statement, without tax. `tax_rate_percent` 0 means 対象外."""

    service: str
    item: str
    tax_rate_percent: int
    amount_yen: int


@dataclass(frozen=True)
class StatementTotals:
    """The totals of one customer and month as the billing system made them, in yen. `bases` has every rate,
    `taxes` the taxed ones.
    """

    bases: Mapping[int, int]
    taxes: Mapping[int, int]
    amount_yen: int

    def with_tax(self, rate: int) -> int:
        """What was charged at that rate, and the tax on it."""
        return self.bases[rate] + self.taxes.get(rate, 0)


@dataclass(frozen=True)
class Charges:
    """What a statement says: its lines in their order, and what they add up to."""

    lines: tuple[StatementLine, ...]
    totals: StatementTotals


@dataclass(frozen=True)
class PublishedStatement(Charges):
    """One statement with what belongs to it. Days in Japan: from `published_on` on customers saw its first
    revision, from `revised_on` on this one, if it is another (C13).
    """

    published_on: date
    revised_on: date | None


@dataclass(frozen=True)
class ListedMonth:
    """One row of ご利用料金の一覧. The amount includes tax. `charges` are there of the two newest months of
    a customer if they were asked for and the two amounts differ.
    """

    billing_month: BillingMonth
    amount_yen: int
    charges: Charges | None = None


def rate_totals(totals: StatementTotals) -> list[tuple[int, int, int]]:
    """Rate, base and tax, for each rate at which anything was charged, in the order of `TAX_RATES`."""
    each_rate = ((rate, totals.bases[rate], totals.taxes.get(rate, 0)) for rate in TAX_RATES)
    return [(rate, base, tax) for rate, base, tax in each_rate if base or tax]


@dataclass(frozen=True)
class Issuer:
    """Another company whose services we bill along. Without a number it is no issuer of 適格請求書, as far as
    we know.
    """

    name: str
    registration_number: RegistrationNumber | None = None


@dataclass(frozen=True)
class InvoiceRule:
    """When a statement is a 適格請求書 (C16). The operator says his number, how many months after the use he
    bills it, and whose services he bills along, by the name under which they stand in the export.
    """

    registration_number: RegistrationNumber | None = None
    usage_months_ago: int | None = None
    billed_along: Mapping[str, Issuer] = field(default_factory=dict)

    def usage_month(self, billing_month: BillingMonth) -> BillingMonth | None:
        """取引の期間: the month whose use that month's statement bills; None if the operator does not say."""
        return None if self.usage_months_ago is None else billing_month.minus(self.usage_months_ago)

    def others(self, lines: Sequence[StatementLine]) -> list[tuple[str, Issuer]]:
        """Services of others among these lines, in their order, each once (C17)."""
        services = dict.fromkeys(line.service for line in lines)
        return [(each, self.billed_along[each]) for each in services if each in self.billed_along]

    def number_for(
        self, billing_month: BillingMonth, lines: Sequence[StatementLine], totals: StatementTotals
    ) -> RegistrationNumber | None:
        """The number of whoever issues the statement, if it has all that the law asks for but the recipient's
        name; else None: then nothing may call it 適格請求書.

        What others render is theirs to invoice: tax is rounded once for the whole statement, so that our part
        of it cannot be told. A negative base is a refund, for which the law has another document.
        """
        used = self.usage_month(billing_month)
        if used is None or used < INVOICE_SYSTEM_BEGAN or self.others(lines):
            return None
        is_complete = all(line.service or line.item for line in lines) and _add_up(lines, totals)
        is_charged = any(totals.bases[rate] > 0 for rate in totals.taxes) and min(totals.bases.values()) >= 0
        return self.registration_number if is_complete and is_charged else None


def _add_up(lines: Sequence[StatementLine], totals: StatementTotals) -> bool:
    """Whether the lines of each rate are its base, and its tax is the base's, rounded once."""
    charged = dict.fromkeys(TAX_RATES, 0)
    for line in lines:
        charged[line.tax_rate_percent] += line.amount_yen
    return all(charged[rate] == totals.bases[rate] for rate in TAX_RATES) and all(
        abs(tax * 100 - totals.bases[rate] * rate) < 100 for rate, tax in totals.taxes.items()
    )
