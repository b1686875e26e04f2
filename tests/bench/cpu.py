"""What processes use, by the part of the system that they are."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")

Seconds = Mapping[str, float]


@dataclass(frozen=True)
class Process:
    """One of this machine."""

    pid: int
    parent: int
    command: str
    cpu_seconds: float  # those of its children that have ended included


@dataclass(frozen=True)
class Part:
    """All processes whose command line holds one of these texts, and their descendants. `below`: only those
    that come of that process. `pid`: that process alone.
    """

    name: str
    texts: tuple[str, ...]
    below: int | None = None
    pid: int | None = None


def processes() -> dict[int, Process]:
    """All that can be seen, by pid."""
    found = {}
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text().rpartition(")")[2].split()
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue  # it has ended meanwhile
            ticks = sum(int(each) for each in stat[11:15])
            pid = int(folder.name)
            found[pid] = Process(pid, int(stat[1]), command, ticks / _TICK)
    return found


def of_part(part: Part, seen: Mapping[int, Process]) -> list[Process]:
    """The part's processes; who calls this is none of them."""
    if part.pid is not None:
        return [seen[part.pid]] if part.pid in seen else []

    def belongs(process: Process) -> bool:
        line = list(_ancestors(process, seen))
        below = part.below is None or part.below in {each.pid for each in line[1:]}
        return below and any(text in each.command for each in line for text in part.texts)

    return [each for each in seen.values() if belongs(each)]


def _ancestors(process: Process, seen: Mapping[int, Process]) -> Iterator[Process]:
    """The process itself, its parent, and so on, as far as this one."""
    found: Process | None = process
    while found is not None and found.pid != os.getpid():
        yield found
        found = seen.get(found.parent)


def cpu_seconds(parts: Iterable[Part]) -> dict[str, float]:
    """Of each part since its processes began; a process counts for the first part that it belongs to."""
    seen, counted = processes(), set[int]()
    found: dict[str, float] = {}
    for part in parts:
        own = [each for each in of_part(part, seen) if each.pid not in counted]
        counted |= {each.pid for each in own}
        found[part.name] = sum(each.cpu_seconds for each in own)
    return found


def resident_mb(part: Part) -> float:
    """Memory of its processes, in MB; what they share counts once for each."""
    total = 0.0
    for process in of_part(part, processes()):
        try:
            pages = int((_PROC / str(process.pid) / "statm").read_text().split()[1])
        except OSError:
            continue
        total += pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    return total


def peak_mb(pid: int) -> float:
    """The most memory that a process has held so far, in MB; 0 once it has ended."""
    try:
        lines = (_PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM")), 0.0)
