"""The charges page at rising numbers of connections: ours, Django's, and the direct one, in turn."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.cpu import Part, cpu_seconds
from bench.ours import Ours
from bench.rivals import Rival
from bench.wrk import Answers, wrk


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


def contestants(ours: Ours, django: Rival, direct: Rival, path: str) -> list[Contestant]:
    """All three, for one of our pages."""
    postgres = next(part for part in ours.parts if part.name == "postgres")
    return [
        Contestant("ours", f"{ours.url}{path}", ours.cookies, ours.parts),
        Contestant("django", django.url, django.cookies, (django.part, postgres)),
        Contestant("direct", direct.url, direct.cookies, (direct.part, postgres)),
    ]


async def compare(
    field: Sequence[Contestant], *, connections: Sequence[int], rounds: int, seconds: float
) -> list[Run]:
    """One contestant after the other, again and again: a machine that gets slower does so for all."""
    for each in field:  # connections, caches and prepared statements are there
        await asyncio.to_thread(wrk, each.url, each.cookies, connections=16, seconds=2)
    return [
        await _run(each, at_once, seconds) for at_once in connections for _ in range(rounds) for each in field
    ]


async def _run(contestant: Contestant, connections: int, seconds: float) -> Run:
    before = cpu_seconds(contestant.parts)
    answers = await asyncio.to_thread(
        wrk, contestant.url, contestant.cookies, connections=connections, seconds=seconds
    )
    after = cpu_seconds(contestant.parts)
    answered = max(1, answers.good + answers.refused + answers.other)
    used = {name: (after[name] - before[name]) * 1000 / answered for name in after}
    return Run(contestant.name, connections, answers, used)
