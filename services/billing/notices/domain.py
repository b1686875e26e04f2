"""Who is told of a published month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from messages.billing import BillNoticeChoice
from messages.values import BillingMonth, CustomerNumber
from services.billing.statements.domain import WindowRule

TOLD_OF_MONTHS = 12
"""Counted from the newest published one. Earlier ones are put in order, and are no news."""
NOTICES_KEPT_MONTHS = 13  # longer than a month is news, so that nobody is told twice (docs/retention.md)


@dataclass(frozen=True)
class Subscriber:
    """Whoever chose to be told."""

    account_key: UUID
    contract_key: UUID
    customer_number: CustomerNumber
    charges_from: BillingMonth
    with_amount: bool


@dataclass(frozen=True)
class AnnouncedMonth:
    """A month whose customers are being told: those up to `told_to`, in the order of their keys, were."""

    month: BillingMonth
    published_at: datetime
    newest: BillingMonth
    told_to: UUID | None


@dataclass(frozen=True)
class Candidate:
    """A subscriber, and what there is for him in the month. `amount_yen` is None without a statement."""

    account_key: UUID
    charges_from: BillingMonth
    with_amount: bool
    since: datetime
    amount_yen: int | None
    was_told: bool


def is_to_be_told(candidate: Candidate, announced: AnnouncedMonth, rule: WindowRule) -> bool:
    """Whether the month is news for him: he had chosen before it was published, he can open it, and nobody
    has told him yet.
    """
    news = WindowRule(min(rule.listed_months, TOLD_OF_MONTHS), rule.floor)
    window = news.window(announced.newest, candidate.charges_from)
    return (
        candidate.amount_yen is not None
        and not candidate.was_told
        and candidate.since <= announced.published_at
        and window is not None
        and announced.month in window
    )


def choice_of(with_amount: bool | None) -> BillNoticeChoice:
    """As messages name it; None is a customer who did not choose to be told."""
    if with_amount is None:
        return BillNoticeChoice.OFF
    return BillNoticeChoice.WITH_AMOUNT if with_amount else BillNoticeChoice.WITHOUT_AMOUNT
