"""Calls over the broker and nothing else."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from bench.calls import Calls
from bench.sections.figures import asked, spread, table

_HEAD = ("at once", "shared messages", "calls/s", "p50 ms", "caller CPU us", "service CPU us")


def told(calls: Sequence[Calls]) -> list[str]:
    """With sharing and without, and what is asked of it."""
    counts = sorted({run.at_once for run in calls})
    found = table(_HEAD, [_row(calls, count, shares) for count in counts for shares in (False, True)])
    if {1, 64} <= set(counts):
        many = _rate(calls, 64, True) / _rate(calls, 64, False)
        single = _rate(calls, 1, False) / _rate(calls, 1, True)
        found += [
            asked("64 at once, with sharing by without", many, at_least=4.0),
            asked("one call, time with sharing by without", single, at_most=1.1),
            "",
        ]
    return ["A caller, the broker, and a billing that knows its answer.", "", *found]


def _row(calls: Sequence[Calls], count: int, shares: bool) -> Sequence[object]:
    own = [run for run in calls if (run.at_once, run.shares) == (count, shares)]
    return (
        count,
        "on" if shares else "off",
        spread([run.per_second for run in own], "{:.0f}"),
        spread([run.p50_ms for run in own], "{:.2f}"),
        spread([run.client_us for run in own], "{:.0f}"),
        spread([run.service_us for run in own], "{:.0f}"),
    )


def _rate(calls: Sequence[Calls], count: int, shares: bool) -> float:
    return statistics.median(run.per_second for run in calls if (run.at_once, run.shares) == (count, shares))
