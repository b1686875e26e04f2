"""One and two gateways, one and two billing services: what more processes bring on one machine."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.cpu import Part, cpu_seconds
from bench.ours import Ours
from bench.replicas import replica
from bench.wrk import Answers, wrk

CONNECTIONS = 64
_PATH = "/charges"


@dataclass(frozen=True)
class Scaled:
    """One run. `busy` is the share of this machine's cores that each part used, 1.0 being one core."""

    gateways: int
    billings: int
    per_second: float
    refused: int
    p99_ms: float  # of the gateway that was slower
    busy: Mapping[str, float]


async def measure_scale(ours: Ours, *, rounds: int, seconds: int) -> list[Scaled]:
    """All four ways in turn. Connections are shared out among the gateways."""
    found = []
    async with replica(ours, "gateway") as gateway:
        both = (ours.url, gateway.url)
        await _run(both, ours, [gateway.part], 1, 2)
        for _ in range(rounds):
            found += [await _run(urls, ours, [gateway.part], 1, seconds) for urls in (both[:1], both)]
            async with replica(ours, "billing") as billing:
                parts = [gateway.part, billing.part]
                await _run(both, ours, parts, 2, 2)
                found += [await _run(urls, ours, parts, 2, seconds) for urls in (both[:1], both)]
    return found


async def _run(urls: Sequence[str], ours: Ours, more: Sequence[Part], billings: int, seconds: int) -> Scaled:
    parts = [*more, *ours.parts]
    before = cpu_seconds(parts)
    answers: list[Answers] = await asyncio.gather(
        *(
            wrk(f"{url}{_PATH}", ours.cookies, connections=CONNECTIONS // len(urls), seconds=seconds)
            for url in urls
        )
    )
    after = cpu_seconds(parts)
    return Scaled(
        gateways=len(urls),
        billings=billings,
        per_second=sum(each.per_second for each in answers),
        refused=sum(each.refused for each in answers),
        p99_ms=max(each.p99_ms for each in answers),
        busy={name: (after[name] - before[name]) / seconds for name in after},
    )
