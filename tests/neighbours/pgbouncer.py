"""A real PgBouncer before a private PostgreSQL, with the settings of docs/runbook/pgbouncer.ini."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yarl import URL

from chassis.database.db import Database
from chassis.database.provision import ensure_database
from chassis.database.route import Route
from mypage.local.databases import SERVICES
from mypage.local.ports import answers, free_ports
from mypage.local.postgres import PrivatePostgres

SAMPLE = Path(__file__).parents[2] / "docs" / "runbook" / "pgbouncer.ini"
PASSWORD = "pooled7"
POOL = 2  # sessions of the server, for each database
THROUGH_POOLER = Route(pooler=True)


@dataclass(frozen=True)
class Pooler:
    """A running PgBouncer."""

    port: int
    server: PrivatePostgres

    def url(self, service: str) -> str:
        """A service's database, through it."""
        return str(self._direct(service).with_port(self.port))

    def _direct(self, service: str) -> URL:
        return URL(self.server.url(f"mypage_{service}", f"mypage_{service}", PASSWORD))

    async def open(self, service: str, *, at_most: int = 10, route: Route = THROUGH_POOLER) -> Database:
        """A service's database through it, as a process of that service has it."""
        return await Database.open(self.url(service), at_most=at_most, route=route)

    async def open_direct(self, service: str) -> Database:
        """The same database past it."""
        return await Database.open(str(self._direct(service)))

    async def sessions(self, service: str) -> int:
        """How many the server has of that role, all of them the pooler's."""
        async with self._server() as superuser:
            count = "SELECT count(*) FROM pg_stat_activity WHERE usename = $1"
            return int(await superuser.fetchval(count, f"mypage_{service}"))

    async def session_locks(self) -> int:
        """How many advisory locks are held anywhere on the server."""
        async with self._server() as superuser:
            return int(await superuser.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))

    @asynccontextmanager
    async def _server(self) -> AsyncIterator[Any]:
        database = await Database.open(self.server.url())
        async with database.own_connection() as connection:
            yield connection
        await database.close()


@asynccontextmanager
async def pooler_before(
    server: PrivatePostgres, folder: Path, *, told_besides: Sequence[str] = ()
) -> AsyncIterator[Pooler]:
    """Four empty databases on that server, and the pooler before them; `told_besides` are lines of settings
    that the sample does not have.
    """
    async with _fresh_databases(server):
        [port] = free_ports(1)
        started = await asyncio.to_thread(_launch, folder, _override(folder, port, server.port, told_besides))
        try:
            async with asyncio.timeout(20):
                while not await asyncio.to_thread(answers, port):
                    assert started.poll() is None, (folder / "pgbouncer.log").read_text()
                    await asyncio.sleep(0.05)
            yield Pooler(port, server)
        finally:
            started.terminate()
            await asyncio.to_thread(started.wait, 20)


@asynccontextmanager
async def _fresh_databases(server: PrivatePostgres) -> AsyncIterator[None]:
    for service in SERVICES:
        await ensure_database(server.url(), f"mypage_{service}", PASSWORD)
    yield
    superuser = await Database.open(server.url())
    async with superuser.own_connection() as connection:
        for service in SERVICES:
            await connection.execute(f"DROP DATABASE mypage_{service} WITH (FORCE)")
    await superuser.close()


def _override(folder: Path, port: int, server_port: int, told_besides: Sequence[str]) -> str:
    """Only ports, paths and the pool's size."""
    databases = [f"mypage_{service} = host=127.0.0.1 port={server_port}" for service in SERVICES]
    own = [
        f"listen_port = {port}",
        f"auth_file = {folder / 'userlist.txt'}",
        f"logfile = {folder / 'pgbouncer.log'}",
        f"default_pool_size = {POOL}",
        *told_besides,
    ]
    # What follows the sample still stands in its last section: to begin that again would forget all it says.
    include = f"%include {folder / SAMPLE.name}"
    return "\n".join([include, *own, "[databases]", *databases]) + "\n"


def _launch(folder: Path, settings: str) -> subprocess.Popen[bytes]:
    """As `nobody` where we are root, as which it refuses to run."""
    folder.mkdir(mode=0o755)
    shutil.copy(SAMPLE, folder / SAMPLE.name)
    users = "".join(f'"mypage_{service}" "{PASSWORD}"\n' for service in SERVICES)
    (folder / "userlist.txt").write_text(users)
    (folder / "test.ini").write_text(settings)
    program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
    command, arguments = [program, "--quiet", str(folder / "test.ini")], {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        arguments = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    return subprocess.Popen(command, cwd=folder, **arguments)  # type: ignore[call-overload,no-any-return]
