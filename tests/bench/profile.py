"""Where the CPU of one charges page goes: gateway and billing under py-spy while pages are asked for."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.cpu import cpu_seconds
from bench.layers import folded
from bench.ours import Ours
from bench.wrk import Answers, wrk

PATH = "/charges"
CONNECTIONS, PAUSE_MS = 64, 50  # not all that the machine can do: else waiting for a core is in the samples
PROFILED = ("gateway", "billing")
_RATE = 100  # samples a second
_LOOKING = 3  # seconds that py-spy takes to begin


@dataclass(frozen=True)
class Profile:
    """CPU in ms of one page, by part and, of those that were profiled, by layer."""

    pages_per_second: float
    cpu_ms: Mapping[str, float]
    layers: Mapping[str, Mapping[str, float]]


async def measure_profile(ours: Ours, folder: Path, *, seconds: int) -> Profile:
    """CPU by part from a run without py-spy, which slows them down; the layers' shares from one with it."""
    await _pages(ours, 2)
    before = cpu_seconds(ours.parts)
    answers = await _pages(ours, seconds)
    after = cpu_seconds(ours.parts)
    used = {name: (after[name] - before[name]) * 1000 / answers.all for name in after}
    files = {name: folder / f"{name}.raw" for name in PROFILED}
    watching = [
        asyncio.to_thread(_watch, ours.process(name).pid, seconds, file) for name, file in files.items()
    ]
    await asyncio.gather(*watching, _pages(ours, seconds + _LOOKING))
    layers = {}
    for name, file in files.items():
        shares = folded(file.read_text().splitlines())
        layers[name] = {layer: share * used[name] for layer, share in shares.items()}
    return Profile(answers.per_second, used, layers)


async def _pages(ours: Ours, seconds: int) -> Answers:
    url = f"{ours.url}{PATH}"
    return await wrk(url, ours.cookies, connections=CONNECTIONS, seconds=seconds, pause_ms=PAUSE_MS)


def _watch(pid: int, seconds: int, file: Path) -> None:
    """With the frames of C as well, among them the garbage collector's and the kernel's doors."""
    spy = str(Path(sys.prefix) / "bench" / "bin" / "py-spy")
    command = [spy, "record", "--pid", str(pid), "--format", "raw", "--native", "--rate", str(_RATE)]
    command += ["--duration", str(seconds), "--output", str(file)]
    subprocess.run(command, check=True, capture_output=True)
