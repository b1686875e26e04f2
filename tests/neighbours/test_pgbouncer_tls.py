"""A database server that shows a certificate of a company's own authority: believed by the file of
MYPAGE_DATABASE_CA_FILE, checked for the host name, and named as what is wrong without it. PgBouncer shows it
here: the embedded PostgreSQL is built without TLS.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count
from pathlib import Path

import pytest
from neighbours.pgbouncer import Pooler, pooler_before
from support.private_authority import Authority

from chassis.database.db import Database
from chassis.database.errors import DatabaseAway
from chassis.database.route import Route
from chassis.messaging.memory import MemoryBus
from chassis.process.runner import Component, RunningComponent
from chassis.security.trust import is_certificate_trouble
from messages.topology import TOPOLOGY
from mypage.local.databases import SERVICES, migrations_of
from mypage.local.postgres import PrivatePostgres

HERE, ELSEWHERE = "127.0.0.1", "elsewhere.example.jp"
ROOT = Path(__file__).parents[2]
_number = count(1)
Certified = Callable[[str], AbstractAsyncContextManager[Pooler]]


@pytest.fixture
def authority(run_directory: Path) -> Authority:
    """The company's."""
    folder = run_directory / f"database-authority-{next(_number)}"
    folder.mkdir(mode=0o755)
    return Authority(folder)


@pytest.fixture
def certified(pooled_server: PrivatePostgres, run_directory: Path, authority: Authority) -> Certified:
    """`async with certified("127.0.0.1") as server`: it shows a certificate for that host; TLS alone."""

    @asynccontextmanager
    async def showing(host: str) -> AsyncIterator[Pooler]:
        shown = authority.issue(host)
        shown.key.chmod(0o644)  # PgBouncer runs as another user
        told = [
            "client_tls_sslmode = require",
            f"client_tls_cert_file = {shown.certificate}",
            f"client_tls_key_file = {shown.key}",
        ]
        folder = run_directory / f"tls-pgbouncer-{next(_number)}"
        async with pooler_before(pooled_server, folder, told_besides=told) as running:
            yield running

    return showing


async def _reach(url: str, ca_file: Path | None) -> None:
    """In the pool and beside it."""
    database = await Database.open(url, route=Route(pooler=True, ca_file=ca_file))
    try:
        await database.now()
        async with database.long_transaction() as tx:
            await tx.fetchval("SELECT 1")
    finally:
        await database.close()


async def test_a_database_is_believed_by_its_own_authority(
    certified: Certified, authority: Authority
) -> None:
    """Whatever else the address says."""
    async with certified(HERE) as server:
        for asked in ("", "?sslmode=prefer", "?sslmode=verify-full"):
            await _reach(server.url("identity") + asked, authority.file)


@pytest.mark.parametrize("believed", ["the system's", "another"])
async def test_a_database_of_another_authority_is_not_believed(
    certified: Certified, tmp_path: Path, believed: str
) -> None:
    """And it is the certificate that is named."""
    ca_file = Authority(tmp_path).file if believed == "another" else None
    async with certified(HERE) as server:
        with pytest.raises(DatabaseAway) as refused:
            await _reach(server.url("identity") + "?sslmode=verify-full", ca_file)
    assert is_certificate_trouble(refused.value)


async def test_a_database_that_shows_another_ones_certificate_is_not_believed(
    certified: Certified, authority: Authority
) -> None:
    """Its authority is right, its name is not."""
    async with certified(ELSEWHERE) as server:
        with pytest.raises(DatabaseAway) as refused:
            await _reach(server.url("identity"), authority.file)
    assert is_certificate_trouble(refused.value)


async def test_a_database_without_tls_is_told_nothing(
    postgres: PrivatePostgres, authority: Authority
) -> None:
    """The file means TLS: nobody in between talks us out of it."""
    with pytest.raises(DatabaseAway):
        await _reach(postgres.url(), authority.file)


async def test_a_service_says_that_it_is_the_certificate(certified: Certified, tmp_path: Path) -> None:
    """On its readiness page and in its log, where a database that is away has other words."""
    async with certified(HERE) as server:
        route = Route(pooler=True, ca_file=Authority(tmp_path).file)
        database = await Database.open(server.url("billing"), route=route)
        component = Component("billing", None, {}, database=database, migrations=migrations_of("billing"))
        running = RunningComponent(component, MemoryBus(TOPOLOGY))
        running.start()
        async with asyncio.timeout(20):
            while await running.problem() == "starting":
                await asyncio.sleep(0.02)
        assert await running.problem() == "the database's certificate is not trusted"
        await running.stop()


@pytest.mark.parametrize("believes", [True, False])
async def test_operators_commands_believe_the_same_file(
    certified: Certified, authority: Authority, tmp_path: Path, believes: bool
) -> None:
    """`mypage db migrate`; without the right file it names the certificate and ends with 1."""
    async with certified(HERE) as server:
        told = {f"MYPAGE_DATABASES__{name.upper()}": server.url(name) for name in SERVICES} | {
            "MYPAGE_DATABASE_POOLER": "true",
            "MYPAGE_DATABASE_CA_FILE": str(authority.file if believes else Authority(tmp_path).file),
            "PATH": os.environ["PATH"],
            "PYTHONUTF8": "1",
        }
        command = [sys.executable, "-m", "mypage", "db", "migrate"]
        done = await asyncio.to_thread(
            subprocess.run, command, cwd=ROOT, env=told, capture_output=True, text=True, check=False
        )
    assert done.returncode == (0 if believes else 1), done.stderr
    assert ("CertificateNotTrusted" in done.stderr) is not believes
