"""The calendar that customers live by: Japan's, which knows no daylight saving time."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

JAPAN = timezone(timedelta(hours=9), "JST")
JAPAN_IN_SQL = "Asia/Tokyo"
"""The same zone as a parameter of a statement: `... AT TIME ZONE $1`."""


def day_in_japan(moment: datetime) -> date:
    """The calendar day that it is in Japan."""
    return moment.astimezone(JAPAN).date()
