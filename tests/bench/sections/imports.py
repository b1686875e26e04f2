"""Imports of charges."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence

from bench.imports import AGAIN, COPY, DRY_RUN, FIRST, Import
from bench.sections.figures import asked, prose, spread, table

_HEAD = ("what", "CPU s", "of it the process", "x COPY's CPU", "seconds", "x COPY's time", "peak MB")


def told(runs: Sequence[Import]) -> list[str]:
    """Beside bare COPY, with what is asked."""
    copies = [run for run in runs if run.what == COPY]
    rows = []
    for what in (COPY, FIRST, AGAIN, DRY_RUN):
        own = [run for run in runs if run.what == what]
        pairs = list(zip(own, copies, strict=True))
        rows.append(
            (
                what,
                spread([run.cpu for run in own], "{:.1f}"),
                spread([run.client_cpu for run in own], "{:.1f}"),
                spread([run.cpu / copy.cpu for run, copy in pairs], "{:.2f}"),
                spread([run.seconds for run in own], "{:.1f}"),
                spread([run.seconds / copy.seconds for run, copy in pairs], "{:.2f}"),
                spread([run.peak_mb for run in own], "{:.0f}"),
            )
        )

    def middle(what: str, of: Callable[[Import], float]) -> float:
        return statistics.median(of(run) for run in runs if run.what == what)

    def by_copy(what: str) -> float:
        return middle(what, lambda run: run.cpu) / middle(COPY, lambda run: run.cpu)

    peak = max(middle(what, lambda run: run.peak_mb) for what in (FIRST, AGAIN, DRY_RUN))
    text = f"""
        `mypage charges import` of {runs[0].lines:,} statement lines and a fifth as many statements of one
        month, from CSV into empty tables, with all its checks. **bare COPY**: the same rows with their keys
        into the same empty tables, their indexes and their foreign key, by asyncpg. CPU is of the process and
        of PostgreSQL. Dry run: of files that are all new.
    """
    return [
        *prose(text),
        *table(_HEAD, rows),
        asked("import, x COPY's CPU", by_copy(FIRST), at_most=3.0),
        asked("same files again, x COPY's CPU", by_copy(AGAIN), at_most=2.0),
        asked("dry run, x COPY's CPU", by_copy(DRY_RUN), at_most=2.0),
        asked("peak MB", peak, at_most=300),
        "",
    ]
