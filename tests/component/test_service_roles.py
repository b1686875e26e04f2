"""Who owns the tables is not who works with them: databases as deploy/postgres/databases.sql and `make up`
make them (ADR 0046, X42).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from support.production_databases import OWNER, ROOT, database_url, make_databases, run_script

from chassis.database.db import Database
from chassis.database.migrate import missing_migrations
from chassis.database.privileges import let_work
from chassis.database.provision import ensure_database, ensure_role
from mypage.local.databases import SERVICES, as_owner, ensure_databases, migrate_all, migrations_of
from mypage.local.postgres import PrivatePostgres

APPEND_ONLY = {"audit_entries"}
"""Tables of which nobody but the owner may change a row (tests/component/test_append_only.py)."""


@asynccontextmanager
async def a_server(folder: Path) -> AsyncIterator[PrivatePostgres]:
    """Roles are the server's, and called as in production: it cannot be the one of the whole run."""
    made = PrivatePostgres(folder, durable=False)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture(scope="module")
async def server(run_directory: Path) -> AsyncIterator[PrivatePostgres]:
    """With the four databases as compose makes and migrates them."""
    async with a_server(run_directory / "roles") as made:
        make_databases(made)
        migrate_as_a_job(made)
        yield made


def migrate_as_a_job(server: PrivatePostgres) -> None:
    """As the Job of Kubernetes and the container of compose do."""
    databases = {f"MYPAGE_DATABASES__{name.upper()}": database_url(server, name, OWNER) for name in SERVICES}
    subprocess.run(
        [sys.executable, "-m", "mypage", "db", "migrate", "--log-lines"],
        env={"PATH": os.environ["PATH"], **databases},
        cwd=ROOT,
        check=True,
        capture_output=True,
    )


async def what_it_may_not(database: Database) -> set[str]:
    """Which of the owner's statements the server refuses."""
    async with database.autocommit() as tx:
        table = await tx.fetchval(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename <> 'schema_migrations' ORDER BY tablename DESC LIMIT 1"
        )
    refused = set()
    for statement in (
        f"DROP TABLE {table} CASCADE",
        f"ALTER TABLE {table} ADD more int",
        f"TRUNCATE {table} CASCADE",
        "CREATE TABLE mine (id int)",
        "DELETE FROM schema_migrations",
    ):
        try:
            async with database.autocommit() as tx:
                await tx.execute(statement)
        except asyncpg.InsufficientPrivilegeError:
            refused.add(statement.split()[0])
    return refused


async def may_work(database: Database) -> bool:
    """With the rows of every table, in temporary tables, and in nobody's way."""
    async with database.transaction() as tx:
        tables = await tx.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for row in tables:
            if row["tablename"] not in {"schema_migrations", *APPEND_ONLY}:
                name = row["tablename"]
                await tx.execute(f"DELETE FROM {name} WHERE false")
                await tx.execute(
                    f"INSERT INTO {name} OVERRIDING SYSTEM VALUE SELECT * FROM {name} WHERE false"
                )
        await tx.execute("CREATE TEMP TABLE staged (id int) ON COMMIT DROP")
    return len(tables) > 1


async def test_a_service_cannot_change_drop_or_empty_its_tables(server: PrivatePostgres) -> None:
    """Whoever finds a hole in a service finds no way to its schema, nor to a neighbour's database."""
    for service in SERVICES:
        database = await Database.open(database_url(server, service))
        assert await missing_migrations(database, [(service, migrations_of(service))]) == []
        assert await what_it_may_not(database) == {"DROP", "ALTER", "TRUNCATE", "CREATE", "DELETE"}, service
        assert await may_work(database)
        await database.close()
    neighbour = server.url("mypage_billing", "mypage_identity", "identitypw")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(neighbour)


async def test_a_table_of_a_later_release_is_there_for_its_service(server: PrivatePostgres) -> None:
    """A migration names no role: what it makes may be worked with from its commit on."""
    owner = await Database.open(database_url(server, "billing", OWNER))
    async with owner.transaction() as tx:
        await tx.execute("CREATE TABLE of_tomorrow (id bigserial PRIMARY KEY, word text)")
    service = await Database.open(database_url(server, "billing"))
    async with service.transaction() as tx:
        assert await tx.fetchval("INSERT INTO of_tomorrow (word) VALUES ('x') RETURNING id") == 1
    await service.close()
    await owner.close()


@pytest.fixture
async def laptop(run_directory: Path) -> AsyncIterator[PrivatePostgres]:
    """Before its first `make up`."""
    async with a_server(run_directory / "roles-of-a-laptop") as made:
        yield made


async def test_a_laptop_of_an_earlier_release_hands_its_tables_over(
    laptop: PrivatePostgres, tmp_path: Path
) -> None:
    """`make up` used to let each role own all of its database. Nothing of the data is lost, and a second
    start finds nothing to do.
    """
    for service in SERVICES:
        old = await ensure_database(laptop.url(), f"mypage_{service}", "oldpw")
        await migrate_all({service: old})
    kept = await Database.open(laptop.url("mypage_billing", "mypage_billing", "oldpw"))
    async with kept.transaction() as tx:
        await tx.execute("INSERT INTO published_months (billing_month) VALUES ('2026-10-01')")
    await kept.close()
    for _ in range(2):
        urls = await ensure_databases(laptop.url(), tmp_path)
        await migrate_all(as_owner(urls, tmp_path))
    for service in SERVICES:
        database = await Database.open(urls[service])
        assert await what_it_may_not(database) == {"DROP", "ALTER", "TRUNCATE", "CREATE", "DELETE"}, service
        assert await may_work(database)
        await database.close()
    billing = await Database.open(urls["billing"])
    async with billing.transaction() as tx:
        assert await tx.fetchval("SELECT count(*) FROM published_months") == 1
    await billing.close()


async def test_databases_of_an_earlier_release_are_handed_over_by_the_runbooks_script(
    run_directory: Path,
) -> None:
    """Under compose, or on a server of one's own: who owned his database works in it afterwards."""
    async with a_server(run_directory / "roles-handed-over") as old:
        for service in SERVICES:
            await migrate_all(
                {service: await ensure_database(old.url(), f"mypage_{service}", f"{service}pw")}
            )
        run_script(old, "hand_over.sql")
        migrate_as_a_job(old)
        for service in SERVICES:
            database = await Database.open(database_url(old, service))
            refused = await what_it_may_not(database)
            assert refused == {"DROP", "ALTER", "TRUNCATE", "CREATE", "DELETE"}, service
            assert await may_work(database)
            await database.close()


async def test_who_owns_his_tables_keeps_what_he_may(server: PrivatePostgres) -> None:
    """A platform that gives each service one role alone, and a role that the server does not know."""
    await ensure_role(server.url(), "alone", "alonepw")
    lonely = await Database.open(await ensure_database(server.url(), "alone", "alonepw"))
    async with lonely.transaction() as tx:
        await tx.execute("CREATE TABLE schema_migrations (name text)")
        await let_work(tx, "alone")
        await let_work(tx, "nobody")
        await tx.execute("INSERT INTO schema_migrations VALUES ('one')")
    await lonely.close()
