"""Forward-only migrations: plain SQL files, applied once each, in order, one transaction a file, under an
advisory lock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.database.db import Database, committed

CHASSIS = ("chassis", Path(__file__).parent / "migrations")
_LOCK = 4_711_2020
_TABLE = """
    CREATE TABLE IF NOT EXISTS schema_migrations (
        folder text,
        name text,
        sha256 text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (folder, name)
    )
"""


class MigrationChanged(Exception):
    """A file that was applied before has other contents now. Write a new file instead."""


@dataclass(frozen=True)
class Migration:
    """One SQL file."""

    folder: str
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """The checksum that is kept with an applied file."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def find_migrations(folders: Sequence[tuple[str, Path]]) -> list[Migration]:
    """All files, the chassis' own first, each folder in the order of names."""
    found = []
    for folder, path in (CHASSIS, *folders):
        found += [
            Migration(folder, file.name, file.read_text(encoding="utf-8"))
            for file in sorted(path.glob("*.sql"))
        ]
    return found


async def migrate(database: Database, folders: Sequence[tuple[str, Path]]) -> list[str]:
    """Applies what is missing and returns its names. Safe to run at the same time from several places. Raises
    MigrationChanged.
    """
    applied = []
    async with database.own_connection() as connection:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        await connection.execute(_TABLE)
        known = await _known(connection)
        for migration in find_migrations(folders):
            if _is_applied(migration, known):
                continue
            async with committed(connection):
                await connection.execute("SET LOCAL lock_timeout = '5s'")
                await connection.execute(migration.sql)
                statement = "INSERT INTO schema_migrations (folder, name, sha256) VALUES ($1, $2, $3)"
                await connection.execute(statement, migration.folder, migration.name, migration.sha256)
            applied.append(f"{migration.folder}/{migration.name}")
    return applied


async def missing_migrations(database: Database, folders: Sequence[tuple[str, Path]]) -> list[str]:
    """Names of files that this database has not seen: a service waits for them, and says so on its readiness
    page.
    """
    async with database.autocommit() as tx:
        if await tx.fetchval("SELECT to_regclass('schema_migrations')") is None:
            known: dict[tuple[str, str], str] = {}
        else:
            known = await _known(tx)
    return [
        f"{each.folder}/{each.name}"
        for each in find_migrations(folders)
        if (each.folder, each.name) not in known
    ]


async def _known(connection: Any) -> dict[tuple[str, str], str]:
    rows = await connection.fetch("SELECT folder, name, sha256 FROM schema_migrations")
    return {(row["folder"], row["name"]): row["sha256"] for row in rows}


def _is_applied(migration: Migration, known: dict[tuple[str, str], str]) -> bool:
    sha256 = known.get((migration.folder, migration.name))
    if sha256 not in (None, migration.sha256):
        raise MigrationChanged(
            f"{migration.folder}/{migration.name} was applied with other contents; "
            "add a new file instead of editing it"
        )
    return sha256 is not None
