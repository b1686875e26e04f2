"""Which months may be billed by now."""

from __future__ import annotations

from datetime import date

from messages.values import BillingMonth
from services.billing.imports.domain import last_billable_month


def test_two_months_ahead_may_be_billed_and_not_a_third() -> None:
    """From the first day of a month to its last; the year turns."""
    assert last_billable_month(date(2026, 10, 1)) == BillingMonth(2026, 12)
    assert last_billable_month(date(2026, 10, 31)) == BillingMonth(2026, 12)
    assert last_billable_month(date(2026, 11, 1)) == BillingMonth(2027, 1)
