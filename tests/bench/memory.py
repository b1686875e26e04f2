"""What the five processes hold: when they have just started, and after everything came at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.cpu import resident_mb
from bench.customers import Filling
from bench.journeys import Portal
from bench.log_ins import measure_log_ins
from bench.mail_sink import mail_sink
from bench.ours import COMPONENTS, Ours, ours
from bench.wrk import wrk

_CONNECTIONS = (64, 1024)
_NEWCOMERS = 64
_REST = 10.0  # seconds; services give back after five what hashes needed


@dataclass(frozen=True)
class Memory:
    """Resident, in MB, by process; what they share counts for each."""

    idle: Mapping[str, float]
    after_load: Mapping[str, float]


async def measure_memory(folder: Path, *, seconds: int) -> Memory:
    """Of a system of its own, so that nobody has asked it anything before."""
    async with mail_sink() as sink:
        filling = Filling(customers=1000, sessions=500, newcomers=_NEWCOMERS)
        async with ours(folder / "memory", filling, smtp_url=sink.url) as us:
            await asyncio.sleep(_REST)
            idle = _held(us)
            for connections in _CONNECTIONS:
                for path in ("/charges", "/charges/2026-09"):
                    await wrk(f"{us.url}{path}", us.cookies, connections=connections, seconds=seconds)
            await measure_log_ins(us, folder, rounds=1, seconds=seconds)
            newcomers = range(1, _NEWCOMERS + 1)
            await Portal("ours", us.url, sink).take_all(newcomers, at_once=32)
            await asyncio.sleep(_REST)
            return Memory(idle, _held(us))


def _held(us: Ours) -> dict[str, float]:
    return {component: round(resident_mb(us.part(component)), 1) for component in COMPONENTS}
