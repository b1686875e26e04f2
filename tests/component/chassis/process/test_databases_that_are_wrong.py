"""Whatever is wrong with a database, the readiness page and the log say what; mended, the component works
without a restart.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest
from support.captured_logs import capture_logs

from chassis.database.db import Database
from chassis.database.errors import DatabaseAway, why_away
from chassis.database.migrate import ForeignDatabase, migrate
from chassis.messaging.memory import MemoryBus
from chassis.process.loops import ended_loops, forget_ended_loops
from chassis.process.runner import Component, RunningComponent
from messages.topology import TOPOLOGY
from mypage.local.databases import migrations_of
from mypage.local.ports import free_ports
from mypage.local.postgres import PrivatePostgres

SERVICE = "billing"
PASSWORD = "canary7f3a"
_number = count(1)

# What breaks it, what mends it, and what is said: {it} is the database and its role.
WRONG = {
    "the password": (
        ["ALTER ROLE {it} PASSWORD 'another'"],
        [f"ALTER ROLE {{it}} PASSWORD '{PASSWORD}'"],
        "the database refuses the password (28P01)",
    ),
    "a role that may not log in": (
        ["ALTER ROLE {it} NOLOGIN"],
        ["ALTER ROLE {it} LOGIN"],
        "the database does not let this role in (28000)",
    ),
    "no such database": (
        ["ALTER DATABASE {it} RENAME TO {it}_elsewhere"],
        ["ALTER DATABASE {it}_elsewhere RENAME TO {it}"],
        "the database does not exist (3D000)",
    ),
    "no right to connect": (
        ["ALTER DATABASE {it} OWNER TO postgres", "REVOKE ALL ON DATABASE {it} FROM PUBLIC"],
        ["ALTER DATABASE {it} OWNER TO {it}"],
        "the role lacks a right in this database (42501)",
    ),
    "no connection left": (
        ["ALTER ROLE {it} CONNECTION LIMIT 0"],
        ["ALTER ROLE {it} CONNECTION LIMIT -1"],
        "the database server has no connection left (53300)",
    ),
    "another code than these": (
        ["ALTER DATABASE {it} ALLOW_CONNECTIONS false"],
        ["ALTER DATABASE {it} ALLOW_CONNECTIONS true"],
        "the database does not work: ObjectNotInPrerequisiteStateError (55000)",
    ),
}


@pytest.fixture(autouse=True)
def forget() -> Any:
    """Each test with a process of its own, so to speak."""
    forget_ended_loops()
    yield
    forget_ended_loops()


@asynccontextmanager
async def waiting(url: str) -> AsyncIterator[RunningComponent]:
    """A component that was started on that database."""
    database, bus = await Database.open(url), MemoryBus(TOPOLOGY)
    running = RunningComponent(
        Component(SERVICE, None, {}, database=database, migrations=migrations_of(SERVICE)), bus
    )
    running.start()
    yield running
    await running.stop()
    await bus.close()


async def until(expected: str | None, running: RunningComponent) -> None:
    """Waits until that is what keeps it from working."""
    async with asyncio.timeout(20):
        while (said := await running.problem()) != expected:
            assert not ended_loops(), f"it gave up: {said}"
            await asyncio.sleep(0.05)


async def say(
    postgres: PrivatePostgres, statements: Sequence[str], it: str = "", database: str = "postgres"
) -> None:
    """To the server, as its superuser."""
    server = await Database.open(postgres.url(database))
    async with server.own_connection() as connection:
        for statement in statements:
            await connection.execute(statement.format(it=it))
    await server.close()


async def a_database_with_its_role(postgres: PrivatePostgres) -> str:
    """The name of both; it has seen all migrations."""
    it = f"wrong_{next(_number)}"
    made = [f"CREATE ROLE {it} LOGIN PASSWORD '{PASSWORD}'", f"CREATE DATABASE {it} OWNER {it}"]
    await say(postgres, made)
    own = await Database.open(postgres.url(it, it, PASSWORD))
    await migrate(own, [(SERVICE, migrations_of(SERVICE))])
    await own.close()
    return it


@pytest.mark.parametrize("wrong", WRONG)
async def test_what_is_wrong_is_named_once_and_mended_without_a_restart(
    postgres: PrivatePostgres, wrong: str
) -> None:
    """In the log once, however often it is looked at; never with a password."""
    broken, mended, reason = WRONG[wrong]
    it = await a_database_with_its_role(postgres)
    await say(postgres, broken, it)
    with capture_logs() as lines:
        async with waiting(postgres.url(it, it, PASSWORD)) as running:
            await until(reason, running)
            await asyncio.sleep(1.2)  # it has looked twice more
            await say(postgres, mended, it)
            await until(None, running)
    assert [line["missing"] for line in lines if line["event"] == "component.waits"] == [reason]
    assert PASSWORD not in str(lines)
    assert ended_loops() == ()


async def test_a_table_that_may_not_be_read_is_a_right_that_is_lacking(postgres: PrivatePostgres) -> None:
    """As after a restore by another role."""
    it = await a_database_with_its_role(postgres)
    await say(postgres, ["ALTER TABLE schema_migrations OWNER TO postgres"], it, database=it)
    async with waiting(postgres.url(it, it, PASSWORD)) as running:
        await until("the role lacks a right in this database (42501)", running)
        await say(postgres, ["GRANT ALL ON schema_migrations TO {it}"], it, database=it)
        await until(None, running)


async def test_the_database_of_another_service_is_named_and_never_written_to(
    postgres: PrivatePostgres, fresh_database: Any
) -> None:
    """Two URLs that were exchanged; its own one is worked on at once."""
    database = await fresh_database("identity")
    reason = "this is the database of another service: identity"
    with pytest.raises(ForeignDatabase, match=reason):
        await migrate(database, [(SERVICE, migrations_of(SERVICE))])
    async with database.transaction() as tx:
        assert await tx.fetchval("SELECT count(*) FROM schema_migrations WHERE folder = $1", SERVICE) == 0
        name = await tx.fetchval("SELECT current_database()")
    async with waiting(postgres.url(name)) as running:
        await until(reason, running)


async def test_a_newer_schema_is_worked_on_and_an_older_one_is_waited_for(
    postgres: PrivatePostgres, fresh_database: Any
) -> None:
    """Releases work side by side: migrations only add."""
    database = await fresh_database(SERVICE)
    async with database.transaction() as tx:
        name = await tx.fetchval("SELECT current_database()")
        await tx.execute("INSERT INTO schema_migrations VALUES ($1, '9999_of_tomorrow.sql', '')", SERVICE)
    async with waiting(postgres.url(name)) as running:
        await until(None, running)
    async with database.transaction() as tx:
        last = await tx.fetchval(
            """
            DELETE FROM schema_migrations WHERE name =
                (SELECT max(name) FROM schema_migrations WHERE folder = $1 AND name NOT LIKE '9999%')
                AND folder = $1 RETURNING name
            """,
            SERVICE,
        )
    async with waiting(postgres.url(name)) as running:
        await until(f"migrations to be applied: {SERVICE}/{last}", running)


async def refuse_to_start(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server that is starting, in PostgreSQL's protocol: no TLS, then an error instead of a greeting."""
    await reader.readexactly(8)
    writer.write(b"N")
    await reader.read(1000)
    fields = b"SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0"
    writer.write(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)
    await writer.drain()
    writer.close()


async def test_a_server_that_starts_is_said_to() -> None:
    """57P03 lasts too short to be caught on a real one."""
    server = await asyncio.start_server(refuse_to_start, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, waiting(f"postgresql://a:b@127.0.0.1:{port}/c") as running:
        await until("the database server is starting or stopping (57P03)", running)


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("127.0.0.1", "nothing listens at the database's address"),
        ("nowhere.invalid", "the database's host name is not known"),
    ],
)
async def test_an_address_where_nobody_is_is_said_to_be_one(host: str, reason: str) -> None:
    """Two mistakes that are mended in two places."""
    [port] = free_ports(1)
    async with waiting(f"postgresql://a:b@{host}:{port}/c") as running:
        await until(reason, running)


@pytest.mark.parametrize("error", [DatabaseAway(), ConnectionResetError("canary"), OSError("canary")])
def test_of_other_trouble_the_class_is_told(error: Exception) -> None:
    """Its text may name what nobody is to read."""
    assert why_away(error) == f"the database does not answer: {type(error).__name__}"
