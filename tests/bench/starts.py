"""How soon a process is ready after its start: each of the five alone, and all five at one moment."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bench.ours import COMPONENTS, Ours
from bench.replicas import replica


@dataclass(frozen=True)
class Start:
    """One start of one component, until its readiness page says yes."""

    component: str
    together: bool  # whether the four others started at the same moment
    seconds: float
    cpu_seconds: float


async def measure_starts(ours: Ours, *, rounds: int) -> list[Start]:
    """As second replicas beside a system that runs and rests."""
    found = []
    for _ in range(rounds):
        found += [await _start(ours, component, together=False) for component in COMPONENTS]
        found += await asyncio.gather(*(_start(ours, each, together=True) for each in COMPONENTS))
    return found


async def _start(ours: Ours, component: str, *, together: bool) -> Start:
    async with replica(ours, component) as started:
        return Start(component, together, started.seconds, started.cpu_seconds)
