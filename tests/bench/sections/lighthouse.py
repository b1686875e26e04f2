"""What Lighthouse says of the pages."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from bench.lighthouse import CATEGORIES, Judged
from bench.sections.figures import asked, prose, spread, table

_ASKED = {"performance": 0.99, "accessibility": 1.0, "best-practices": 1.0}


def told(found: Sequence[Judged]) -> list[str]:
    """A table, what is asked of every page, and which audits cost points."""
    pages = list(dict.fromkeys(each.page for each in found))
    rows = []
    for page in pages:
        own = [each for each in found if each.page == page]
        scores = [spread([each.scores[name] for each in own], "{:.2f}") for name in CATEGORIES]
        rows.append((f"`{page}`", *scores, spread([each.layout_shift for each in own], "{:.3f}")))
    text = """
        Lighthouse 12 in headless Chromium, as it comes: a phone of the middle range on a slow line, which it
        simulates from what it saw on this machine. Over HTTP on localhost, which it takes for a secure place,
        and with `noindex`, which the categories that are judged here do not ask about.
    """
    return [
        *prose(text),
        *table(("page", *CATEGORIES, "layout shift"), rows),
        *_holds(found, pages),
        *_lowered(found),
        "",
    ]


def _holds(found: Sequence[Judged], pages: Sequence[str]) -> list[str]:
    lines = []
    for name, at_least in _ASKED.items():
        lowest = min(
            statistics.median(each.scores[name] for each in found if each.page == page) for page in pages
        )
        lines.append(asked(f"{name} of the page with the least", lowest, at_least=at_least))
    worst = max(each.layout_shift for each in found)
    return [*lines, asked("layout shift of any page", worst, at_most=0.0)]


def _lowered(found: Sequence[Judged]) -> list[str]:
    audits = {name: title for each in found for name, title in each.lowered.items()}
    pages = {name: sorted({each.page for each in found if name in each.lowered}) for name in audits}
    return [
        f"- costs points: {title} (`{name}`) on {', '.join(f'`{page}`' for page in pages[name])}."
        for name, title in sorted(audits.items())
    ]
