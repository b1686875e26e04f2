"""The parts of the bench, in the order in which they run: what each is called, how it is measured, and who
tells what was found.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bench.calls import Calls, compare_calls
from bench.imports import Import, measure_imports
from bench.lighthouse import Judged, measure_lighthouse
from bench.log_ins import LogIns, measure_log_ins
from bench.memory import Memory, measure_memory
from bench.million import Million, measure_million
from bench.pages import Run, compare, contestants, our_page
from bench.profile import Profile, measure_profile
from bench.registrations import Registrations, measure_registrations
from bench.scale import Scaled, measure_scale
from bench.sections import (
    calls,
    growth,
    imports,
    lighthouse,
    log_ins,
    pages,
    processes,
    profile,
    registrations,
)
from bench.stage import Stage
from bench.starts import Start, measure_starts

CONNECTIONS = {"/charges": (1, 16, 64, 256, 1024), "/charges/2026-09": (64,)}
OTHER_PAGES = {
    "/menu": 16,
    "/contract": 16,
    "/settings": 16,
    "/charges/2026-09.csv": 16,
    "/charges.csv": 16,
    "/charges/2026-09.pdf": 2,
    "/charges.pdf": 2,
}
"""Each at so many connections; a PDF is made by one process, for a few at a time."""


@dataclass(frozen=True)
class BenchPart:
    """`measure` takes the number of rounds; `kind` is the type of what it finds, as in docs/bench.json."""

    title: str
    kind: Any
    measure: Callable[[Stage, int], Awaitable[Any]]
    told: Callable[[Any], list[str]]
    most_rounds: int | None = None  # of what takes long and differs little


async def _calls(stage: Stage, rounds: int) -> list[Calls]:
    seconds = stage.options.seconds / 2
    return await compare_calls(stage.folder / "calls", at_once=[1, 16, 64], rounds=rounds, seconds=seconds)


async def _imports(stage: Stage, rounds: int) -> list[Import]:
    return await measure_imports(stage.folder, lines=stage.options.lines, rounds=rounds)


async def _memory(stage: Stage, rounds: int) -> Memory:
    return await measure_memory(stage.folder, seconds=stage.options.seconds)


async def _starts(stage: Stage, rounds: int) -> list[Start]:
    return await measure_starts(await stage.ours(), rounds=rounds)


async def _pages(stage: Stage, rounds: int) -> dict[str, list[Run]]:
    us, rival, floor = await stage.ours(), await stage.django(), await stage.direct()
    return {
        path: await compare(
            contestants(us, rival, floor, path),
            connections=connections,
            rounds=rounds,
            seconds=stage.options.seconds,
        )
        for path, connections in CONNECTIONS.items()
    }


async def _other_pages(stage: Stage, rounds: int) -> dict[str, list[Run]]:
    us, seconds = await stage.ours(), stage.options.seconds
    return {
        path: await compare(
            [our_page(us, path)],
            connections=[at_once],
            rounds=rounds,
            seconds=seconds * 3 if path.endswith(".pdf") else seconds,
        )
        for path, at_once in OTHER_PAGES.items()
    }


async def _lighthouse(stage: Stage, rounds: int) -> list[Judged]:
    return await measure_lighthouse(await stage.ours(), await stage.sink(), stage.folder, rounds=rounds)


async def _profile(stage: Stage, rounds: int) -> Profile:
    return await measure_profile(await stage.ours(), stage.folder, seconds=stage.options.seconds * 5)


async def _log_ins(stage: Stage, rounds: int) -> list[LogIns]:
    us, options = await stage.ours(), stage.options
    return await measure_log_ins(us, stage.folder, rounds=rounds, seconds=options.seconds + 1)


async def _registrations(stage: Stage, rounds: int) -> Registrations:
    us, rival, portals = await stage.ours(), await stage.django(), await stage.portals()
    return await measure_registrations(us, rival, portals, rounds=rounds)


async def _scale(stage: Stage, rounds: int) -> list[Scaled]:
    us, options = await stage.ours(), stage.options
    return await measure_scale(us, rounds=rounds, seconds=options.seconds)


async def _million(stage: Stage, rounds: int) -> Million:
    us, options = await stage.ours(), stage.options
    return await measure_million(
        us, stage.folder, customers=options.many, rounds=rounds, seconds=options.seconds
    )


PARTS = {
    "calls": BenchPart("Calls alone", list[Calls], _calls, calls.told),
    "imports": BenchPart("Import of charges", list[Import], _imports, imports.told, most_rounds=3),
    "memory": BenchPart("Memory", Memory, _memory, processes.memory_told),
    "starts": BenchPart("Start-up", list[Start], _starts, processes.starts_told, most_rounds=3),
    "pages": BenchPart("Pages", dict[str, list[Run]], _pages, pages.told),
    "others": BenchPart(
        "Other pages and files", dict[str, list[Run]], _other_pages, pages.others_told, most_rounds=3
    ),
    "lighthouse": BenchPart("Lighthouse", list[Judged], _lighthouse, lighthouse.told, most_rounds=3),
    "profile": BenchPart("Where a charges page's CPU goes", Profile, _profile, profile.told),
    "logins": BenchPart("Log-ins", list[LogIns], _log_ins, log_ins.told),
    "registrations": BenchPart("Whole registrations", Registrations, _registrations, registrations.told),
    "scale": BenchPart("One and two of each", list[Scaled], _scale, growth.scale_told),
    "million": BenchPart("A thousand and a million customers", Million, _million, growth.million_told),
}
