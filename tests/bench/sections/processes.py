"""The five processes: how soon they are there, what they hold."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from bench.memory import Memory
from bench.ours import COMPONENTS
from bench.sections.figures import asked, prose, spread, table
from bench.starts import Start


def starts_told(starts: Sequence[Start]) -> list[str]:
    """Each alone and all together."""
    rows = []
    for component in COMPONENTS:
        alone, together = (
            [each for each in starts if (each.component, each.together) == (component, at_once)]
            for at_once in (False, True)
        )
        rows.append(
            (
                component,
                spread([each.seconds for each in alone], "{:.2f}"),
                spread([each.cpu_seconds for each in alone], "{:.2f}"),
                spread([each.seconds for each in together], "{:.2f}"),
            )
        )
    slowest = max(
        statistics.median(each.seconds for each in starts if each.component == name and not each.together)
        for name in COMPONENTS
    )
    text = """
        From the start of a second replica to the first yes of its readiness page, beside a system that rests.
        The last column: all five started at one moment, as when a machine comes up.
    """
    return [
        *prose(text),
        *table(("process", "seconds", "CPU s", "seconds, all five at once"), rows),
        asked("seconds of the slowest, started alone", slowest, at_most=3.0),
        "",
    ]


def memory_told(memory: Memory) -> list[str]:
    """Before and after."""
    rows: list[Sequence[object]] = [
        (name, f"{memory.idle[name]:.0f}", f"{memory.after_load[name]:.0f}") for name in COMPONENTS
    ]
    together = sum(memory.after_load.values())
    rows.append(("together", f"{sum(memory.idle.values()):.0f}", f"{together:.0f}"))
    text = """
        Resident memory; what processes share counts for each. Load: both pages at 64 and at 1,024
        connections, log-ins at 16, and 64 newcomers, 32 at once. Before each look a rest of ten
        seconds, in which services give back what hashes needed.
    """
    return [
        *prose(text),
        *table(("process", "idle MB", "after load MB"), rows),
        asked("MB of all five after load", together, at_most=350),
        "",
    ]
