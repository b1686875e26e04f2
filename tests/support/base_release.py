"""The first landed release. Processes of it may run beside today's, and rows and messages of it may still lie
about.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.database.db import Database
from chassis.database.migrate import migrate
from mypage.local.postgres import PrivatePostgres

ROOT = Path(__file__).parent.parent.parent

BASE_RELEASE = "7c65fe14480b896a9374c728e3c4955af4fccc85"


def export_base_release(folder: Path, *paths: str) -> None:
    """Writes those paths of that release below `folder`. AssertionError, with the way out, if its commit
    cannot be had.
    """
    if _git("cat-file", "-e", f"{BASE_RELEASE}^{{commit}}").returncode != 0:
        _git("fetch", "--quiet", "--unshallow")
    archive = _git("archive", BASE_RELEASE, *paths)
    assert archive.returncode == 0, (
        f"commit {BASE_RELEASE[:7]} is not in this clone ({archive.stderr.decode().strip()}); "
        "run: git fetch --unshallow"
    )
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)


async def a_database_of_then(
    postgres: PrivatePostgres, service: str, folder: Path
) -> tuple[Database, set[str]]:
    """An empty database of that service with the schema as that release made it, and the names of its
    migrations.
    """
    export_base_release(folder, "chassis/migrations", f"services/{service}/migrations")
    name = f"old_{uuid4().hex}"
    server = await Database.open(postgres.url())
    async with server.own_connection() as connection:
        await connection.execute(f"CREATE DATABASE {name}")
    await server.close()
    database = await Database.open(postgres.url(name))
    with pytest.MonkeyPatch.context() as then:
        then.setattr("chassis.database.migrate.CHASSIS", ("chassis", folder / "chassis" / "migrations"))
        applied = await migrate(database, [(service, folder / "services" / service / "migrations")])
    return database, set(applied)
