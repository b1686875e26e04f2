"""A thousand customers and a million: the same pages of two systems, in turn."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from bench.customers import Filling
from bench.ours import Ours, ours
from bench.pages import Run, compare, our_page

CONNECTIONS = 64
FEW, MANY = "few", "many"
PATHS = ("/charges", "/charges/2026-09")


@dataclass(frozen=True)
class Million:
    """Runs by path, named FEW and MANY. What was filled in for the many, and how long that took."""

    few: int
    customers: int
    statements: int
    lines: int
    sessions: int
    filled_in_seconds: float
    pages: dict[str, list[Run]]


async def measure_million(few: Ours, folder: Path, *, customers: int, rounds: int, seconds: int) -> Million:
    """Each customer has twelve months of charges, and the lines of the newest one. As many are logged in as
    in the other system, evenly spread.
    """
    filling = Filling(customers, few.filling.sessions, lines_since="2026-09-01")
    began = time.monotonic()
    async with ours(folder / "million", filling) as many:
        took = time.monotonic() - began
        pages = {
            path: await compare(
                [our_page(few, path, name=FEW), our_page(many, path, name=MANY)],
                connections=[CONNECTIONS],
                rounds=rounds,
                seconds=seconds,
            )
            for path in PATHS
        }
    return Million(
        few.filling.customers, customers, customers * 12, customers * 5, filling.sessions, took, pages
    )
