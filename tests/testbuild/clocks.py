"""Clocks of machines that are wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any


def wrong_clock(text: str) -> Callable[[Any], None]:
    """A machine's clock that is wrong by so many seconds: `600`, or `600:20:-600` for one that jumps 20
    seconds after the start.

    Only chassis.process.clock asks the time; durations are measured on a clock that never jumps. Raises
    ValueError for anything else.
    """
    first, _, rest = text.partition(":")
    jumps_after, _, second = rest.partition(":")
    wrong_by, then, jumps = float(first), float(second or first), float(jumps_after or "inf")

    def change(clock: Any) -> None:
        right, began = clock.SystemClock.now, clock.monotonic()

        def now(self: Any) -> datetime:
            seconds = wrong_by if clock.monotonic() - began < jumps else then
            told: datetime = right(self) + timedelta(seconds=seconds)
            return told

        clock.SystemClock.now = now

    return change
