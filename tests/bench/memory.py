"""How soon the five processes are there, and what they hold."""

from __future__ import annotations

from dataclasses import dataclass

from bench.cpu import Part, resident_mb
from bench.ours import Ours


@dataclass(frozen=True)
class Memory:
    """Resident, in MB, by process; what they share counts for each."""

    by_process: dict[str, float]

    @property
    def together(self) -> float:
        """Of all five."""
        return sum(self.by_process.values())


def memory_of(ours: Ours) -> Memory:
    """At this moment."""
    five: list[Part] = [part for part in ours.parts if part.name not in ("broker", "postgres")]
    return Memory({part.name: round(resident_mb(part), 1) for part in five})
