"""One more process of a component, beside the one that `mypage up` runs, told the same."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.cpu import Part, cpu_seconds
from bench.ours import ROOT, Ours
from mypage.local.ports import free_ports

_READY_WITHIN = 60.0  # seconds
_LOOKS_EVERY = 0.02  # seconds


@dataclass(frozen=True)
class Replica:
    """How long it took from its start until its readiness page said yes, and what that cost. `url`: where a
    gateway stands.
    """

    url: str
    part: Part
    seconds: float
    cpu_seconds: float


@asynccontextmanager
async def replica(ours: Ours, component: str) -> AsyncIterator[Replica]:
    """Runs for the block, and is ready when that begins."""
    port, admin_port = free_ports(2)
    environment = _environment(ours.process(component).pid)
    environment |= {"MYPAGE_ADMIN_PORT": str(admin_port)}
    if component == "gateway":
        environment |= {"MYPAGE_PORT": str(port)}
    module = component if component == "gateway" else f"services.{component}"
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        module,
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    part = Part(f"second {component}", (f"-m {module}",), None, process.pid)
    try:
        await _ready(admin_port)
        seconds, used = time.monotonic() - began, cpu_seconds([part])[part.name]
        yield Replica(f"http://127.0.0.1:{port}", part, seconds, used)
    finally:
        process.terminate()
        await process.wait()


def _environment(pid: int) -> dict[str, str]:
    """What a process of ours was told."""
    told = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(each.split("=", 1) for each in told if each)


async def _ready(admin_port: int) -> None:
    url = f"http://127.0.0.1:{admin_port}/readyz"
    async with asyncio.timeout(_READY_WITHIN), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(url) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(_LOOKS_EVERY)
