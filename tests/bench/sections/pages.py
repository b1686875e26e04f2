"""The charges page and a statement."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence

from bench.pages import Run
from bench.sections.figures import asked, by_part, prose, ratio, spread, table
from bench.sections.plot import lines

Pages = Mapping[str, Sequence[Run]]  # by path
_NAMES = ("ours", "django", "direct")
_HEAD = ("connections", "who", "answers/s", "x django", "refused", "p50 ms", "p99 ms", "CPU ms")


def told(pages: Pages) -> list[str]:
    """A table for each page, and what is asked of the first one."""
    found = [
        "Many customers' sessions in turn. `x django` is each round's rate by Django's of the same round.",
        "",
        "- **ours**: five processes over RabbitMQ, as `mypage up --processes` runs them.",
        "- **django**: Django, django-allauth and gunicorn with two workers; always the list, smaller.",
        "- **direct**: our charges page, template and tables in two processes of aiohttp, without broker,",
        "  messages, guards and log; always the list.",
        "",
    ]
    for path, runs in pages.items():
        found += [f"### `{path}`", "", *table(_HEAD, _rows(runs)), _parts(runs), ""]
    charges = pages["/charges"]
    if 64 in {run.connections for run in charges}:
        found += _asked(charges)
    return [*found, "![answers per second at rising numbers of connections](bench.svg)", ""]


def others_told(others: Pages) -> list[str]:
    """A table of all."""
    rows = []
    for path, runs in others.items():
        refused = sum(run.answers.refused for run in runs) / sum(run.answers.all for run in runs)
        rows.append(
            (
                f"`{path}`",
                runs[0].connections,
                spread([run.answers.per_second for run in runs], "{:.0f}"),
                f"{refused:.1%}",
                spread([run.answers.p50_ms for run in runs], "{:.0f}"),
                spread([run.answers.p99_ms for run in runs], "{:.0f}"),
                spread([run.cpu_ms_per_answer for run in runs], "{:.2f}"),
                by_part([run.cpu_ms for run in runs], "ms"),
            )
        )
    text = """
        Of ours alone: the menu asks billing for the newest bill, the contract asks identity and billing, a
        statement's file asks identity for its recipient besides. A PDF is set by a process of its own, whose
        CPU is counted with the gateway's.
    """
    head = ("page", "connections", "answers/s", "refused", "p50 ms", "p99 ms", "CPU ms", "of these")
    return [*prose(text), *table(head, rows)]


def plot(pages: Pages) -> str:
    """Answers per second as SVG."""
    runs = pages["/charges"]
    tried = sorted({run.connections for run in runs})
    rates = {name: [_median(runs, name, each, _rate) for each in tried] for name in _NAMES}
    return lines("answers per second", tried, rates)


def _rate(run: Run) -> float:
    return run.answers.per_second


def _rows(runs: Sequence[Run]) -> list[Sequence[object]]:
    rows: list[Sequence[object]] = []
    for connections in sorted({run.connections for run in runs}):
        for name in _NAMES:
            own = [run for run in runs if (run.name, run.connections) == (name, connections)]
            refused = sum(run.answers.refused for run in own) / sum(run.answers.all for run in own)
            rows.append(
                (
                    connections,
                    name,
                    spread([run.answers.per_second for run in own], "{:.0f}"),
                    spread(_rates_by(runs, name, "django", connections), "{:.2f}"),
                    f"{refused:.1%}",
                    spread([run.answers.p50_ms for run in own], "{:.0f}"),
                    spread([run.answers.p99_ms for run in own], "{:.0f}"),
                    spread([run.cpu_ms_per_answer for run in own], "{:.2f}"),
                )
            )
    return rows


def _parts(runs: Sequence[Run]) -> str:
    """Where ours goes, at 64 connections or the most that were tried."""
    tried = {run.connections for run in runs}
    at = 64 if 64 in tried else max(tried)
    own = [run.cpu_ms for run in runs if (run.name, run.connections) == ("ours", at)]
    return f"Of ours at {at} connections, CPU: {by_part(own, 'ms')}."


def _asked(runs: Sequence[Run]) -> list[str]:
    by_django, by_direct = (
        statistics.median(_rates_by(runs, "ours", base, 64)) for base in ("django", "direct")
    )
    cpu = _median(runs, "ours", 64, lambda run: run.cpu_ms_per_answer)
    found = [
        asked("x Django at 64 connections", by_django, at_least=4.0),
        asked("x direct at 64 connections", by_direct, at_least=0.5),
        asked("CPU ms of a page at 64 connections", cpu, at_most=1.2),
    ]
    tried = {run.connections for run in runs}
    for many in sorted(tried & {16, 64, 256}):
        own, theirs = (_median(runs, name, many, lambda run: run.answers.p99_ms) for name in _NAMES[:2])
        found.append(asked(f"p99 by Django's at {many} connections", ratio(own, theirs), at_most=1.0))
    for many in sorted(tried & {256, 1024}):
        rate = ratio(_median(runs, "ours", many, _rate), _median(runs, "ours", 64, _rate))
        found.append(asked(f"good answers at {many} connections by those at 64", rate, at_least=0.9))
    return [*found, ""]


def _rates_by(runs: Sequence[Run], name: str, base: str, connections: int) -> list[float]:
    """Of each round, which has both within seconds."""
    own, theirs = (
        [run.answers.per_second for run in runs if (run.name, run.connections) == (each, connections)]
        for each in (name, base)
    )
    return [ratio(rate, of_base) for rate, of_base in zip(own, theirs, strict=True)]


def _median(runs: Sequence[Run], name: str, connections: int, of: Callable[[Run], float]) -> float:
    return statistics.median(of(run) for run in runs if (run.name, run.connections) == (name, connections))
