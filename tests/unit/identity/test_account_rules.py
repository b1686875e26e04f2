"""The rules of accounts, without a database."""

from __future__ import annotations

from datetime import date

import pytest

from services.identity.accounts.domain import readable_until


@pytest.mark.parametrize(
    ("closed_on", "until"), [(date(2025, 3, 15), date(2026, 3, 15)), (date(2024, 2, 29), date(2025, 2, 28))]
)
def test_charges_stay_readable_for_twelve_months(closed_on: date, until: date) -> None:
    """A day that the other year does not have becomes the month's last one (Q24)."""
    assert readable_until(closed_on) == until
