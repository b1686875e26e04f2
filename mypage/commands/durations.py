"""How long something has lain, in words that a person takes in at a glance."""

from __future__ import annotations

_UNITS = ((86_400, "日"), (3_600, "時間"), (60, "分"))


def in_words(seconds: float) -> str:
    """The largest unit that fits, rounded down: 45 秒, 12 分, 3 時間, 5 日."""
    for length, unit in _UNITS:
        if seconds >= length:
            return f"{int(seconds // length):,} {unit}"
    return f"{max(0, int(seconds))} 秒"
