"""`mypage charges import` of many statement lines, beside bare COPY of the same rows into the same tables."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from bench.charge_files import ChargeFiles, write_charge_files
from bench.cpu import Part, cpu_seconds, peak_mb
from bench.ours import ROOT
from bench.rivals import YARDSTICKS
from mypage.local.databases import as_owner, ensure_databases, migrate_all
from mypage.local.postgres import PrivatePostgres

COPY, FIRST, AGAIN, DRY_RUN = "bare COPY", "import", "same files again", "dry run"
_LOOKS_EVERY = 0.02  # seconds, at its memory


@dataclass(frozen=True)
class Import:
    """One run. CPU in seconds, of the process and of PostgreSQL; `peak_mb` is the process's."""

    what: str
    lines: int
    seconds: float
    client_cpu: float
    postgres_cpu: float
    peak_mb: float

    @property
    def cpu(self) -> float:
        """Of both."""
        return self.client_cpu + self.postgres_cpu


async def measure_imports(folder: Path, *, lines: int, rounds: int) -> list[Import]:
    """COPY into empty tables; then, with empty tables again, a dry run, the import, the same files again."""
    data = folder / "imports"
    server = PrivatePostgres(data / "postgres")
    await server.start()
    try:
        urls = await ensure_databases(server.url(), data)
        owned = as_owner(urls, data)
        await migrate_all(owned)
        files = await asyncio.to_thread(write_charge_files, data, lines)
        bench = _Imports(data, server, urls["billing"], owned["billing"], files, lines)
        return [each for _ in range(rounds) for each in await bench.round()]
    finally:
        await server.stop()


@dataclass(frozen=True)
class _Imports:
    folder: Path
    server: PrivatePostgres
    url: str
    owners_url: str
    files: ChargeFiles
    lines: int

    async def round(self) -> list[Import]:
        copy = [str(YARDSTICKS / "bare_copy.py"), *map(str, self.files.stored)]
        ours = ["-m", "mypage", "charges", "import", *map(str, self.files.exported)]
        found = []
        for what, command in ((COPY, copy), (DRY_RUN, [*ours, "--dry-run"]), (FIRST, ours), (AGAIN, ours)):
            if what in (COPY, DRY_RUN):
                await self._emptied()
            await self._settled()
            found.append(await asyncio.to_thread(self._run, what, command))
        return found

    async def _emptied(self) -> None:
        connection = await asyncpg.connect(self.owners_url)
        await connection.execute("TRUNCATE statements, statement_lines, imports")
        await connection.close()

    async def _settled(self) -> None:
        """What the run before left to be written is not this one's."""
        connection = await asyncpg.connect(self.server.url())
        await connection.execute("CHECKPOINT")
        await connection.close()

    def _run(self, what: str, command: list[str]) -> Import:
        environment = os.environ | {
            "MYPAGE_DATA_DIR": str(self.folder),
            "DATABASE": self.url,
            "PYTHONPATH": str(ROOT),
        }
        postgres = Part("postgres", (f" -p {self.server.port} ",))
        before, began = cpu_seconds([postgres])["postgres"], time.monotonic()
        own = _run_to_its_end([sys.executable, *command], environment)
        seconds = time.monotonic() - began
        used = cpu_seconds([postgres])["postgres"] - before
        return Import(what, self.lines, seconds, own.cpu_seconds, used, own.peak_mb)


@dataclass(frozen=True)
class _Used:
    cpu_seconds: float
    peak_mb: float


def _run_to_its_end(command: list[str], environment: dict[str, str]) -> _Used:
    """Raises CalledProcessError when it fails."""
    # Its output goes to files and not to pipes, which it might wait for.
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
        peak, ended = 0.0, 0
        while not ended:
            time.sleep(_LOOKS_EVERY)
            peak = max(peak, peak_mb(process.pid))
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise subprocess.CalledProcessError(process.returncode, command, said.read())
    return _Used(used.ru_utime + used.ru_stime, peak)
