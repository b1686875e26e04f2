"""The yardsticks, on the same PostgreSQL server: a monolith on Django, and our page without the broker."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import asyncpg

from bench.cpu import Part
from bench.customers import HOLDER_KANA, PHONE_NUMBER, Filling, newcomers_number
from bench.ours import ROOT, Ours
from mypage.local.ports import answers, free_ports

YARDSTICKS = Path(__file__).parent / "yardsticks"
WORKERS = 2  # processes of each: one for each core
_DATABASE = "bench_monolith"


@dataclass(frozen=True)
class Rival:
    """Where it stands, its customers' cookies, its processes."""

    url: str
    cookies: Path
    part: Part


@asynccontextmanager
async def django(ours: Ours, folder: Path, *, smtp_port: int) -> AsyncIterator[Rival]:
    """Django, allauth and gunicorn, with a database of their own and as many customers as are logged in
    with us.
    """
    connection = await asyncpg.connect(ours.server_url)
    await connection.execute(f"DROP DATABASE IF EXISTS {_DATABASE}")
    await connection.execute(f"CREATE DATABASE {_DATABASE}")
    await connection.close()
    environment = _environment(urlsplit(ours.server_url), smtp_port)
    python = str(Path(sys.prefix) / "bench" / "bin" / "python")
    cookies = folder / "django_cookies.txt"
    keys = await asyncio.to_thread(_seeded, python, environment, ours.filling)
    cookies.write_text("".join(f"sessionid={key}\n" for key in keys))
    (port,) = free_ports(1)
    command = ("-m", "gunicorn", "-w", str(WORKERS), "-b", f"127.0.0.1:{port}", "monolith.wsgi:application")
    async with _running([(python, *command)], environment, port):
        yield Rival(f"http://127.0.0.1:{port}", cookies, Part("django", ("monolith.wsgi",)))


def _environment(server: SplitResult, smtp_port: int) -> dict[str, str]:
    return {
        **os.environ,
        "PGHOST": str(server.hostname),
        "PGPORT": str(server.port),
        "PGUSER": str(server.username),
        "PGPASSWORD": str(server.password),
        "PGDATABASE": _DATABASE,
        "BENCH_SMTP_PORT": str(smtp_port),
        "PYTHONPATH": str(YARDSTICKS),
    }


def _seeded(python: str, environment: dict[str, str], filling: Filling) -> list[str]:
    """The session keys of its customers."""
    told = {
        "customers": filling.sessions,
        "sessions": filling.sessions,
        "numbers": [newcomers_number(number) for number in range(1, filling.newcomers + 1)],
        "phone_number": PHONE_NUMBER,
        "holder_kana": HOLDER_KANA,
    }
    command = [python, "-m", "monolith.seed"]
    done = subprocess.run(
        command, input=json.dumps(told), env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.split()


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
        yield Rival(f"http://127.0.0.1:{port}", ours.cookies, Part("direct", ("yardsticks/direct.py",)))


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
