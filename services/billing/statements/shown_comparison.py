"""What a reply says of how a statement differs from an earlier one: in the list as on its own page."""

from __future__ import annotations

from messages.billing import ShownCause, ShownComparison
from messages.values import BillingMonth
from services.billing.statements.comparison import Comparison


def shown_comparison(compared: Comparison, with_month: BillingMonth) -> ShownComparison:
    """The difference and its causes. Equal totals have none: the list does not look for them, and the page of
    a statement must not say anything else.
    """
    causes = compared.causes if compared.difference_yen else ()
    return ShownComparison(
        with_month=with_month,
        difference_yen=compared.difference_yen,
        causes=tuple(ShownCause(name=cause.name, difference_yen=cause.difference_yen) for cause in causes),
    )
