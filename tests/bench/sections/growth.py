"""More customers, and more processes."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from bench.million import CONNECTIONS, FEW, MANY, Million
from bench.scale import CONNECTIONS as SCALED_CONNECTIONS
from bench.scale import Scaled
from bench.sections.figures import asked, by_part, prose, ratio, spread, table


def million_told(found: Million) -> list[str]:
    """A thousand beside a million."""
    rows, lines = [], []
    for path, runs in found.pages.items():
        few, many = ([run for run in runs if run.name == name] for name in (FEW, MANY))
        ratios = [ratio(b.answers.per_second, a.answers.per_second) for a, b in zip(few, many, strict=True)]
        for customers, own in ((found.few, few), (found.customers, many)):
            rate = spread([run.answers.per_second for run in own], "{:.0f}")
            cpu = spread([run.cpu_ms_per_answer for run in own], "{:.2f}")
            p99 = spread([run.answers.p99_ms for run in own], "{:.0f}")
            by_few = spread(ratios, "{:.2f}") if own is many else ""
            rows.append((f"`{path}`", f"{customers:,}", rate, by_few, p99, cpu))
        lines.append(
            asked(
                f"`{path}`, answers with many customers by those with few",
                statistics.median(ratios),
                at_least=0.9,
            )
        )
    text = f"""
        Two systems on this machine, of which one rests while the other is asked, {CONNECTIONS} connections.
        Filled in: {found.customers:,} contracts and accounts, {found.statements:,} statements (twelve months
        of each customer) and {found.lines:,} lines (five for each statement of the newest month, none for the
        eleven before); start and filling took {found.filled_in_seconds:.0f} s. Indexes were made after the
        rows, and are as dense as new ones. In both, {found.sessions:,}
        customers, evenly spread, are logged in and ask in turn: their rows are in memory after the first
        time, each in another place of the indexes.
    """
    return [
        *prose(text),
        *table(("page", "customers", "answers/s", "by the few", "p99 ms", "CPU ms"), rows),
        *lines,
        "",
    ]


def scale_told(runs: Sequence[Scaled]) -> list[str]:
    """All four ways."""
    rows = []
    for gateways, billings in ((1, 1), (2, 1), (1, 2), (2, 2)):
        own = [run for run in runs if (run.gateways, run.billings) == (gateways, billings)]
        rows.append(
            (
                gateways,
                billings,
                spread([run.per_second for run in own], "{:.0f}"),
                spread([run.p99_ms for run in own], "{:.0f}"),
                sum(run.refused for run in own),
                by_part([run.busy for run in own], "cores"),
            )
        )
    text = f"""
        `/charges` at {SCALED_CONNECTIONS} connections, shared out among the gateways by as many load
        generators. All stand on this one machine, the load generators too: where its cores are all in use,
        another process brings nothing.
    """
    return [
        *prose(text),
        *table(("gateways", "billings", "answers/s", "p99 ms", "503s", "cores in use"), rows),
    ]
