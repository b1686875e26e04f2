"""The operator's commands as an operator runs them: another process, real databases."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from pathlib import Path

import pytest
from broker_of_dead_letters import PASSWORDS, Broker

from chassis.database.db import Database
from chassis.messaging.rabbit.definitions import definitions
from messages.topology import TOPOLOGY
from mypage.local.postgres import PrivatePostgres
from mypage.local.rabbitmq import PrivateRabbit

ROOT = Path(__file__).parents[3]
Run = Callable[..., subprocess.CompletedProcess[str]]
_number = count(1)


@pytest.fixture
async def databases(fresh_database: Callable[[str], Awaitable[Database]]) -> dict[str, Database]:
    """The two that the importing commands write to, empty."""
    return {service: await fresh_database(service) for service in ("identity", "billing")}


@pytest.fixture
async def mypage(databases: dict[str, Database], postgres: PrivatePostgres, tmp_path: Path) -> Run:
    """Runs `mypage …` against these databases; `environment` changes what it is told, `stdin` is piped."""
    told = {
        "PYTHONPATH": str(ROOT),
        "PATH": os.environ["PATH"],
        "PYTHONUTF8": "1",
        "MYPAGE_DATA_DIR": str(tmp_path / "data"),
    }
    for service, database in databases.items():
        async with database.transaction() as tx:
            told[f"MYPAGE_DATABASES__{service.upper()}"] = postgres.url(
                await tx.fetchval("SELECT current_database()")
            )

    def run(
        *arguments: object, stdin: bytes | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "mypage", *map(str, arguments)]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env=told | environment,
            input=stdin,
            capture_output=True,
            timeout=60,
            check=False,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        return subprocess.CompletedProcess(command, done.returncode, out, err)

    return run


@pytest.fixture
async def broker(rabbit: PrivateRabbit) -> AsyncIterator[Broker]:
    """A fresh virtual host."""
    vhost = f"operator{next(_number)}"
    await rabbit.api("POST", "/api/definitions", definitions(TOPOLOGY, passwords=PASSWORDS, vhost=vhost))
    yield Broker(rabbit, vhost)
    await rabbit.api("DELETE", f"/api/vhosts/{vhost}")
