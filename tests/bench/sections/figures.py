"""Figures as the sections write them."""

from __future__ import annotations

import statistics
import textwrap
from collections.abc import Iterable, Mapping, Sequence


def spread(values: Iterable[float], digits: str) -> str:
    """The median, and in brackets the smallest and the largest."""
    known = sorted(values)
    middle = digits.format(statistics.median(known))
    return f"{middle} [{digits.format(known[0])}-{digits.format(known[-1])}]" if len(known) > 1 else middle


def prose(text: str) -> list[str]:
    """A paragraph, in lines of readable length, and an empty one."""
    return [*textwrap.wrap(" ".join(text.split()), 110, break_long_words=False, break_on_hyphens=False), ""]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Lines of a table in Markdown, and an empty one."""
    lines = [f"| {' | '.join(map(str, row))} |" for row in rows]
    return [f"| {' | '.join(head)} |", "|" + "---|" * len(head), *lines, ""]


def ratio(value: float, base: float) -> float:
    """Endless where the base did nothing at all, as on a machine that was too busy."""
    return value / base if base else float("inf")


def by_part(runs: Sequence[Mapping[str, float]], unit: str) -> str:
    """The median of each part, without those that did next to nothing."""
    middle = {name: statistics.median(run.get(name, 0.0) for run in runs) for name in runs[0]}
    return ", ".join(f"{name} {value:.2f}" for name, value in middle.items() if value >= 0.005) + f" {unit}"


def asked(what: str, found: float, *, at_most: float | None = None, at_least: float | None = None) -> str:
    """One line: what must hold, what was found, and whether it does."""
    bound = f"at most {at_most:g}" if at_most is not None else f"at least {at_least:g}"
    holds = found <= at_most if at_most is not None else found >= (at_least or 0.0)
    return f"- {'holds' if holds else '**falls short**'}: {what}: {found:.2f}, asked {bound}."
