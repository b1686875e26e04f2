"""What billing answers: a year of charges and their details."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from chassis.messaging.message import Query, Reply
from messages.values import BillingMonth, Yen


class RefusalCode(StrEnum):
    """Every "no" of this context."""

    SESSION_ENDED = "billing.session_ended"
    STATEMENT_NOT_FOUND = "billing.statement_not_found"


class ShownCause(BaseModel):
    """One item's share of a difference, including tax. An empty name: the billing system gave it none."""

    model_config = ConfigDict(frozen=True)

    name: str
    difference_yen: Yen


class ShownComparison(BaseModel):
    """How much more than an earlier month a statement is, including tax, and why: largest shares first. What
    they leave of the difference is a rounding of tax. Without causes where the totals are equal.
    """

    model_config = ConfigDict(frozen=True)

    with_month: BillingMonth
    difference_yen: Yen
    causes: tuple[ShownCause, ...]


class ListedStatement(BaseModel):
    """One row of ご利用料金の一覧. The amount includes tax."""

    model_config = ConfigDict(frozen=True)

    billing_month: BillingMonth
    amount_yen: Yen


class ChargesListed(Reply, type="billing.charges_listed.v1"):
    """Newest first; at most `listed_months` rows, none before `first_listed_month` (T24). `comparison` is of
    the newest, with the one that is listed next; none if there is none, or from a release that compared
    nothing.
    """

    statements: tuple[ListedStatement, ...]
    listed_months: int
    first_listed_month: BillingMonth
    comparison: ShownComparison | None = None


class ListCharges(Query[ChargesListed], type="billing.list_charges.v1"):
    session_assertion: str


class EarlierLine(BaseModel):
    """What a line was in the month that its statement is compared with."""

    model_config = ConfigDict(frozen=True)

    item: str
    tax_rate_percent: int
    amount_yen: Yen


class ShownLine(BaseModel):
    """One line of a statement, without tax. `tax_rate_percent` 0 means 対象外. `before` is there if the
    statement is compared with a month that has this line; `is_new` if with one that has not.
    """

    model_config = ConfigDict(frozen=True)

    service: str
    item: str
    tax_rate_percent: int
    amount_yen: Yen
    before: EarlierLine | None = None
    is_new: bool = False


class RateTotal(BaseModel):
    """What was charged at one tax rate, and the tax on it, rounded once per rate (I4)."""

    model_config = ConfigDict(frozen=True)

    tax_rate_percent: int
    base_yen: Yen
    consumption_tax_yen: Yen


class StatementShown(Reply, type="billing.statement_shown.v1"):
    """One month's statement. `earlier` and `later` are the neighbouring months that may be opened. It is
    compared with `earlier`, of which `ended_lines` are no more; not by a release that compared nothing.
    """

    billing_month: BillingMonth
    published_on: date
    lines: tuple[ShownLine, ...]
    rate_totals: tuple[RateTotal, ...]
    amount_yen: Yen
    earlier: BillingMonth | None
    later: BillingMonth | None
    comparison: ShownComparison | None = None
    ended_lines: tuple[ShownLine, ...] = ()


class ShowStatement(Query[StatementShown], type="billing.show_statement.v1"):
    session_assertion: str
    billing_month: BillingMonth
