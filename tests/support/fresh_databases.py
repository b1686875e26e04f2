"""Databases for tests: each test has its own, copied from a migrated template."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count

import pytest

from chassis.database.db import Database
from chassis.database.migrate import migrate
from mypage.local.databases import migrations_of
from mypage.local.postgres import PrivatePostgres

FreshDatabase = Callable[[str], Awaitable[Database]]
_number = count(1)
_DROPPED_TOGETHER = 50  # all of a run's would fill a disk, and each one dropped by itself costs a checkpoint


@pytest.fixture(scope="session")
async def template_of(postgres: PrivatePostgres) -> FreshDatabase:
    """Makes the migrated template of a service at its first use."""
    made: set[str] = set()

    async def template(service: str) -> Database:
        server = await Database.open(postgres.url())
        if service not in made:
            async with server.own_connection() as connection:
                await connection.execute(f"CREATE DATABASE template_{service}")
            database = await Database.open(postgres.url(f"template_{service}"))
            folders = [] if service == "chassis" else [(service, migrations_of(service))]
            await migrate(database, folders)
            await database.close()
            made.add(service)
        return server

    return template


@pytest.fixture
async def fresh_database(
    postgres: PrivatePostgres, template_of: FreshDatabase, used_databases: list[str]
) -> AsyncIterator[FreshDatabase]:
    """`await fresh_database("identity")`: an empty, migrated database of that service; "chassis" has only the
    chassis' tables.
    """
    opened: list[Database] = []

    async def make(service: str) -> Database:
        server = await template_of(service)
        name = f"test_{next(_number)}"
        async with server.own_connection() as connection:
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE template_{service}")
        await server.close()
        database = await Database.open(postgres.url(name))
        opened.append(database)
        used_databases.append(name)
        return database

    yield make
    for database in opened:
        await database.close()
    if len(used_databases) >= _DROPPED_TOGETHER:
        await _drop(postgres, used_databases)


@pytest.fixture(scope="session")
def used_databases() -> list[str]:
    """Those of earlier tests, which nobody opens any more."""
    return []


async def _drop(postgres: PrivatePostgres, used: list[str]) -> None:
    server = await Database.open(postgres.url())
    async with server.own_connection() as connection:
        while used:
            await connection.execute(f"DROP DATABASE {used.pop()} WITH (FORCE)")
    await server.close()
