"""The four databases as deploy/postgres/databases.sql makes them on a new server, and where they are."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from mypage.local.databases import SERVICES
from mypage.local.postgres import PrivatePostgres
from mypage.local.postgres_place import programs

ROOT = Path(__file__).parents[2]
OWNER = "migrations"


def make_databases(server: PrivatePostgres) -> None:
    """As the PostgreSQL image of compose does at its first start."""
    run_script(server, "databases.sql")


def run_script(server: PrivatePostgres, name: str) -> None:
    """One of deploy/postgres, by psql as a superuser; a role's password is its name and `pw`."""
    passwords = {f"MYPAGE_{name.upper()}_PASSWORD": f"{name}pw" for name in (OWNER, *SERVICES)}
    psql = [str(programs(Path("/")) / "psql"), "-X", "-v", "ON_ERROR_STOP=1", "-d", server.url()]
    subprocess.run(
        [*psql, "-f", str(ROOT / "deploy/postgres" / name)],
        env={"PATH": os.environ["PATH"], **passwords},
        check=True,
        capture_output=True,
    )


def database_url(server: PrivatePostgres, service: str, role: str = "") -> str:
    """As the service logs in, or another role."""
    role = role or service
    return server.url(f"mypage_{service}", f"mypage_{role}", f"{role}pw")
