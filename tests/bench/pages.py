"""The charges page at rising numbers of connections: ours, Django's, and the direct one, in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.cpu import Part, cpu_seconds
from bench.ours import Ours
from bench.rivals import Rival
from bench.wrk import Answers, wrk

_MANY = 1000  # connections, which take a while to open and whose turns come seldom


@dataclass(frozen=True)
class Contestant:
    """Whose page it is, and of which parts CPU is counted; the database's and the broker's are in it."""

    name: str
    url: str
    cookies: Path
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Run:
    """One contestant, once, at so many connections."""

    name: str
    connections: int
    answers: Answers
    cpu_ms: Mapping[str, float]  # by part, for each answer

    @property
    def cpu_ms_per_answer(self) -> float:
        """Of all parts together."""
        return sum(self.cpu_ms.values())


def our_page(ours: Ours, path: str, *, name: str = "ours") -> Contestant:
    """One of our pages."""
    return Contestant(name, f"{ours.url}{path}", ours.cookies, ours.parts)


def contestants(ours: Ours, django: Rival, direct: Rival, path: str) -> list[Contestant]:
    """All three, for one of our pages."""
    postgres = ours.part("postgres")
    return [
        our_page(ours, path),
        Contestant("django", f"{django.url}/charges/", django.cookies, (django.part, postgres)),
        Contestant("direct", f"{direct.url}/charges", direct.cookies, (direct.part, postgres)),
    ]


async def compare(
    field: Sequence[Contestant], *, connections: Sequence[int], rounds: int, seconds: int
) -> list[Run]:
    """One contestant after the other, again and again: a machine that gets slower does so for all."""
    for each in field:  # connections, caches and prepared statements are there
        await wrk(each.url, each.cookies, connections=16, seconds=2)
    return [
        await run_of(each, at_once, seconds if at_once < _MANY else seconds * 2)
        for at_once in connections
        for _ in range(rounds)
        for each in field
    ]


async def run_of(contestant: Contestant, connections: int, seconds: int) -> Run:
    """One, once."""
    before = cpu_seconds(contestant.parts)
    answers = await wrk(contestant.url, contestant.cookies, connections=connections, seconds=seconds)
    after = cpu_seconds(contestant.parts)
    used = {name: (after[name] - before[name]) * 1000 / answers.all for name in after}
    return Run(contestant.name, connections, answers, used)
