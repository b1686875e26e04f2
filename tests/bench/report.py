"""docs/bench.json, docs/bench.md and the plot beside it, from what was measured."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from bench.calls import Calls
from bench.memory import Memory
from bench.pages import Run
from bench.plot import lines

NAMES = ("ours", "django", "direct")


@dataclass(frozen=True)
class Measured:
    """Everything of one run of `make bench`."""

    rounds: int
    customers: int
    pages: dict[str, list[Run]]  # by path
    calls: list[Calls]
    idle: Memory
    after_load: Memory


def write(measured: Measured, folder: Path) -> None:
    """Into that folder; what was there is replaced."""
    data = {
        "machine": _machine(),
        "measured_on": date.today().isoformat(),  # noqa: DTZ011 - the day on this machine
        "rounds": measured.rounds,
        "customers": measured.customers,
        "pages": {path: [asdict(run) for run in runs] for path, runs in measured.pages.items()},
        "calls": [asdict(run) for run in measured.calls],
        "memory_mb": {"idle": measured.idle.by_process, "after_load": measured.after_load.by_process},
    }
    (folder / "bench.json").write_text(json.dumps(data, indent=1) + "\n")
    (folder / "bench.svg").write_text(_plot(measured.pages["/charges"]))
    text = "\n".join([*_head(measured), *_pages(measured), *_calls(measured.calls), *_memory(measured)])
    (folder / "bench.md").write_text(text + "\n")


def _machine() -> dict[str, object]:
    return {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}


def _head(measured: Measured) -> list[str]:
    machine = _machine()
    return [
        "# What it costs",
        "",
        "Written by `make bench`, not by hand. Contestants take turns within one run, so ratios can be read",
        "and absolute figures cannot: they are this machine's, at that moment. CPU is of all processes of a",
        "contestant, database and broker included, in milliseconds for each answer. In brackets the smallest",
        "and the largest of the rounds.",
        "",
        f"{machine['cores']} cores, {machine['system']}, Python {machine['python']}; "
        f"{measured.rounds} rounds; {measured.customers:,} customers.",
        "",
        "- **ours**: five processes over RabbitMQ, as `mypage up --processes` runs them.",
        "- **django**: Django, django-allauth and gunicorn with two workers; a smaller page.",
        "- **direct**: our page, template and tables in two processes of aiohttp, without broker, messages,",
        "  guards and log.",
        "",
    ]


def _pages(measured: Measured) -> list[str]:
    found = []
    for path, runs in measured.pages.items():
        found += [
            f"## `{path}`",
            "",
            "| connections | who | answers/s | x django | refused | p50 ms | p99 ms | CPU ms |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for connections in sorted({run.connections for run in runs}):
            base = _median(runs, "django", connections, lambda run: run.answers.per_second)
            for name in NAMES:
                own = [run for run in runs if (run.name, run.connections) == (name, connections)]
                refused = sum(run.answers.refused for run in own) / sum(
                    run.answers.good + run.answers.refused for run in own
                )
                rate = _spread([run.answers.per_second for run in own], "{:.0f}")
                times = _spread([run.answers.per_second / base for run in own], "{:.2f}")
                p50, p99, cpu = (
                    _spread(list(each), digits)
                    for each, digits in (
                        ((run.answers.p50_ms for run in own), "{:.0f}"),
                        ((run.answers.p99_ms for run in own), "{:.0f}"),
                        ((run.cpu_ms_per_answer for run in own), "{:.2f}"),
                    )
                )
                found.append(
                    f"| {connections} | {name} | {rate} | {times} | {refused:.1%} | {p50} | {p99} | {cpu} |"
                )
        found += ["", *_parts(runs), ""]
    return [*found, "![answers per second at rising numbers of connections](bench.svg)", ""]


def _parts(runs: Sequence[Run]) -> list[str]:
    """Where ours goes, at 64 connections or the most that were tried."""
    tried = {run.connections for run in runs}
    at = 64 if 64 in tried else max(tried)
    own = [run for run in runs if (run.name, run.connections) == ("ours", at)]
    shares = {name: statistics.median(run.cpu_ms[name] for run in own) for name in own[0].cpu_ms}
    told = ", ".join(f"{name} {value:.2f}" for name, value in shares.items() if value >= 0.005)
    return [f"Of ours at {at} connections, CPU ms: {told}."]


def _calls(calls: Sequence[Calls]) -> list[str]:
    found = [
        "## Calls alone",
        "",
        "| at once | shared messages | calls/s | p50 ms | caller CPU us | service CPU us |",
        "|---|---|---|---|---|---|",
    ]
    for count in sorted({run.at_once for run in calls}):
        for shares in (False, True):
            own = [run for run in calls if (run.at_once, run.shares) == (count, shares)]
            columns = (
                _spread([run.per_second for run in own], "{:.0f}"),
                _spread([run.p50_ms for run in own], "{:.2f}"),
                _spread([run.client_us for run in own], "{:.0f}"),
                _spread([run.service_us for run in own], "{:.0f}"),
            )
            found.append(f"| {count} | {'on' if shares else 'off'} | {' | '.join(columns)} |")
    return [*found, ""]


def _memory(measured: Measured) -> list[str]:
    found = ["## Memory", "", "| process | idle MB | after load MB |", "|---|---|---|"]
    for name, idle in measured.idle.by_process.items():
        found.append(f"| {name} | {idle:.0f} | {measured.after_load.by_process[name]:.0f} |")
    return [*found, f"| together | {measured.idle.together:.0f} | {measured.after_load.together:.0f} |"]


def _median(runs: Sequence[Run], name: str, connections: int, of: Callable[[Run], float]) -> float:
    return statistics.median(of(run) for run in runs if (run.name, run.connections) == (name, connections))


def _spread(values: Iterable[float], digits: str) -> str:
    known = sorted(values)
    middle = digits.format(statistics.median(known))
    return f"{middle} [{digits.format(known[0])}-{digits.format(known[-1])}]" if len(known) > 1 else middle


def _plot(runs: Sequence[Run]) -> str:
    tried = sorted({run.connections for run in runs})
    rates = {
        name: [_median(runs, name, each, lambda run: run.answers.per_second) for each in tried]
        for name in NAMES
    }
    return lines("answers per second", tried, rates)
