"""The yardsticks, on the same PostgreSQL server: a monolith on Django, and our page without the broker."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from bench.cpu import Part
from bench.ours import ROOT, Ours
from mypage.local.ports import answers, free_ports

YARDSTICKS = Path(__file__).parent / "yardsticks"
WORKERS = 2  # processes of each: one for each core
_DATABASE = "bench_monolith"


@dataclass(frozen=True)
class Rival:
    """Its charges page, its customers' cookies, its processes."""

    url: str
    cookies: Path
    part: Part


@asynccontextmanager
async def django(ours: Ours, folder: Path, *, customers: int, sessions: int) -> AsyncIterator[Rival]:
    """Django, allauth and gunicorn, with a database of their own."""
    connection = await asyncpg.connect(ours.server_url)
    await connection.execute(f"DROP DATABASE IF EXISTS {_DATABASE}")
    await connection.execute(f"CREATE DATABASE {_DATABASE}")
    await connection.close()
    server = urlsplit(ours.server_url)
    environment = {
        **os.environ,
        "PGHOST": str(server.hostname),
        "PGPORT": str(server.port),
        "PGUSER": str(server.username),
        "PGPASSWORD": str(server.password),
        "PGDATABASE": _DATABASE,
        "PYTHONPATH": str(YARDSTICKS),
    }
    python = Path(sys.prefix) / "bench" / "bin" / "python"
    seeded = await asyncio.to_thread(
        subprocess.run,
        [python, "-m", "monolith.seed", str(customers), str(sessions)],
        env=environment,
        cwd=YARDSTICKS,
        check=True,
        capture_output=True,
        text=True,
    )
    cookies = folder / "django_cookies.txt"
    cookies.write_text("".join(f"sessionid={key}\n" for key in seeded.stdout.split()))
    (port,) = free_ports(1)
    command = ("-m", "gunicorn", "-w", str(WORKERS), "-b", f"127.0.0.1:{port}", "monolith.wsgi:application")
    async with _running([(str(python), *command)], environment, port):
        yield Rival(f"http://127.0.0.1:{port}/charges/", cookies, Part("django", ("monolith.wsgi",)))


@asynccontextmanager
async def direct(ours: Ours) -> AsyncIterator[Rival]:
    """One process for each core on one port."""
    (port,) = free_ports(1)
    environment = {
        **os.environ,
        "PORT": str(port),
        "IDENTITY": ours.database_urls["identity"],
        "BILLING": ours.database_urls["billing"],
        "PYTHONPATH": str(ROOT),
    }
    command = (sys.executable, str(YARDSTICKS / "direct.py"))
    async with _running([command] * WORKERS, environment, port):
        yield Rival(
            f"http://127.0.0.1:{port}/charges", ours.cookies, Part("direct", ("yardsticks/direct.py",))
        )


@asynccontextmanager
async def _running(
    commands: list[tuple[str, ...]], environment: dict[str, str], port: int
) -> AsyncIterator[None]:
    processes = [
        await asyncio.create_subprocess_exec(*command, env=environment, stderr=asyncio.subprocess.DEVNULL)
        for command in commands
    ]
    try:
        async with asyncio.timeout(60):
            while not await asyncio.to_thread(answers, port):
                await asyncio.sleep(0.1)
        yield
    finally:
        for process in processes:
            process.terminate()
        await asyncio.gather(*(process.wait() for process in processes))
