"""Forward-only migrations: plain SQL files, applied once each, in order, one transaction a file, under an
advisory lock of that transaction: nothing is left in a session, whoever lends it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chassis.database.db import Database, Transaction
from chassis.database.errors import LockNotAvailable
from chassis.database.privileges import let_work

CHASSIS = ("chassis", Path(__file__).parent / "migrations")
_LOCK = 4_711_2020
_OTHERS_FINISH_WITHIN = "5min"
_TABLE = """
    CREATE TABLE IF NOT EXISTS schema_migrations (
        folder text,
        name text,
        sha256 text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (folder, name)
    )
"""


class MigrationsHeld(Exception):
    """Another process has been migrating this database for longer than is waited."""


class MigrationChanged(Exception):
    """A file that was applied before has other contents now. Write a new file instead."""


class ForeignDatabase(Exception):
    """The database has seen the migrations of another service: it is not ours, and nothing is written to
    it.
    """

    def __init__(self, owners: Collection[str]) -> None:
        super().__init__(f"this is the database of another service: {', '.join(sorted(owners))}")


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


async def migrate(
    database: Database, folders: Sequence[tuple[str, Path]], *, role: str | None = None
) -> list[str]:
    """Applies what is missing and returns its names; `role` may then work with the rows of every table. Safe
    to run at the same time from several places. Raises MigrationChanged, ForeignDatabase before anything is
    applied, and MigrationsHeld when another one does not come to its end.
    """
    async with database.long_transaction() as tx:
        await _take_turn(tx)
        await tx.execute(_TABLE)
        known = await _known(tx)
        _require_own(known, folders)
        if role is not None:
            await let_work(tx, role)
    missing = [each for each in find_migrations(folders) if not _is_applied(each, known)]
    return [f"{each.folder}/{each.name}" for each in missing if await _apply(database, each, role)]


async def _apply(database: Database, migration: Migration, role: str | None) -> bool:
    """False when somebody else was quicker. An append-only table is one from its first moment on."""
    async with database.long_transaction() as tx:
        await _take_turn(tx)
        if _is_applied(migration, await _known(tx)):
            return False
        await tx.execute("SET LOCAL lock_timeout = '5s'")
        await tx.execute(migration.sql)
        if role is not None:
            await let_work(tx, role)
        statement = "INSERT INTO schema_migrations (folder, name, sha256) VALUES ($1, $2, $3)"
        await tx.execute(statement, migration.folder, migration.name, migration.sha256)
    return True


async def _take_turn(tx: Transaction) -> None:
    """Nobody else migrates this database until the transaction ends. Raises MigrationsHeld."""
    await tx.execute(f"SET LOCAL lock_timeout = '{_OTHERS_FINISH_WITHIN}'")
    try:
        await tx.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
    except LockNotAvailable:
        raise MigrationsHeld(
            f"another process has been migrating this database for {_OTHERS_FINISH_WITHIN}"
        ) from None


async def missing_migrations(database: Database, folders: Sequence[tuple[str, Path]]) -> list[str]:
    """Names of files that this database has not seen: a service waits for them, and says so on its readiness
    page. One that has seen more than there is comes from a newer release, which works beside this one. Raises
    ForeignDatabase.
    """
    async with database.autocommit() as tx:
        if await tx.fetchval("SELECT to_regclass('schema_migrations')") is None:
            known: dict[tuple[str, str], str] = {}
        else:
            known = await _known(tx)
    _require_own(known, folders)
    return [
        f"{each.folder}/{each.name}"
        for each in find_migrations(folders)
        if (each.folder, each.name) not in known
    ]


def _require_own(known: Mapping[tuple[str, str], str], folders: Sequence[tuple[str, Path]]) -> None:
    ours = {CHASSIS[0], *(name for name, _ in folders)}
    if foreign := {folder for folder, _ in known} - ours:
        raise ForeignDatabase(foreign)


async def _known(tx: Transaction) -> dict[tuple[str, str], str]:
    rows = await tx.fetch("SELECT folder, name, sha256 FROM schema_migrations")
    return {(row["folder"], row["name"]): row["sha256"] for row in rows}


def _is_applied(migration: Migration, known: dict[tuple[str, str], str]) -> bool:
    sha256 = known.get((migration.folder, migration.name))
    if sha256 not in (None, migration.sha256):
        raise MigrationChanged(
            f"{migration.folder}/{migration.name} was applied with other contents; "
            "add a new file instead of editing it"
        )
    return sha256 is not None
