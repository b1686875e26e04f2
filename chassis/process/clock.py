"""The only place that asks the time. Deadlines of the business are decided by the database's clock, not by
this one (Q14).
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the present instant."""

    def now(self) -> datetime:
        """The present, timezone-aware, UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present, timezone-aware, UTC."""
        return datetime.now(UTC)


def monotonic() -> float:
    """Seconds on a clock that never jumps: for durations and budgets, never for dates."""
    return time.monotonic()
