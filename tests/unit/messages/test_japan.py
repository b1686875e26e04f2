"""The calendar that customers live by."""

from __future__ import annotations

from datetime import UTC, date, datetime

from messages.japan import day_in_japan


def test_the_day_in_japan_begins_nine_hours_before_the_one_in_greenwich() -> None:
    """15:00 UTC is midnight in Japan."""
    assert day_in_japan(datetime(2026, 10, 4, 14, 59, tzinfo=UTC)) == date(2026, 10, 4)
    assert day_in_japan(datetime(2026, 10, 4, 15, 0, tzinfo=UTC)) == date(2026, 10, 5)
