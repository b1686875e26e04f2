"""The audit trail as the service's own role, and the desk's, meet it: they add to it and read it, and that is
all (ADR 0060).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from support.production_databases import OWNER, database_url, make_databases
from test_service_roles import APPEND_ONLY, a_server, migrate_as_a_job

from chassis.database.db import Database
from mypage.local.databases import SERVICES
from mypage.local.postgres import PrivatePostgres
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind

ENTRY = AuditEntry(AuditKind.LOGGED_IN)
AGES = {"364 days": None, "367 days": None, "6 years": "hanako", "8 years": "hanako"}
"""Of entries, and who acted at the desk: the second and the last are old enough to go."""


@pytest.fixture(scope="module")
async def server(run_directory: Path) -> AsyncIterator[PrivatePostgres]:
    """With the four databases as compose makes and migrates them, twice: a release later it is the same."""
    async with a_server(run_directory / "append-only") as made:
        make_databases(made)
        migrate_as_a_job(made)
        migrate_as_a_job(made)
        yield made


@pytest.fixture
async def service(server: PrivatePostgres) -> AsyncIterator[Database]:
    """Identity's database, as the service opens it."""
    database = await Database.open(database_url(server, "identity"))
    yield database
    await database.close()


@pytest.fixture
async def owner(server: PrivatePostgres) -> AsyncIterator[Database]:
    """The same, as it is opened by the one who migrates."""
    database = await Database.open(database_url(server, "identity", OWNER))
    yield database
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM audit_entries")
    await database.close()


async def ages(database: Database) -> set[str]:
    """Which of AGES are there."""
    async with database.autocommit() as tx:
        rows = await tx.fetch("SELECT device FROM audit_entries")
    return {row["device"] for row in rows}


async def test_the_service_adds_and_reads(service: Database, owner: Database) -> None:
    """That is what it is for."""
    async with service.transaction() as tx:
        await audit.add(tx, ENTRY)
    async with service.autocommit() as tx:
        assert await tx.fetchval("SELECT kind FROM audit_entries") == "logged_in"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET kind = 'logged_out'",
        "UPDATE audit_entries SET happened_at = now() WHERE false",
        "DELETE FROM audit_entries",
        "DELETE FROM audit_entries WHERE false",
        "TRUNCATE audit_entries",
        "DROP TABLE audit_entries",
        "ALTER TABLE audit_entries DISABLE TRIGGER ALL",
        "COMMENT ON TABLE audit_entries IS ''",
        "INSERT INTO audit_entries (id, kind) OVERRIDING SYSTEM VALUE SELECT id, 'x' FROM audit_entries"
        " ON CONFLICT (id) DO UPDATE SET kind = 'x'",
        "SELECT FROM audit_entries FOR UPDATE",
        "MERGE INTO audit_entries USING (SELECT 1) AS n ON true WHEN MATCHED THEN DELETE",
        "CREATE OR REPLACE FUNCTION forget_old_audit_entries(at_most int) RETURNS bigint LANGUAGE sql"
        " AS 'SELECT 1'",
        "SET ROLE mypage_migrations",
    ],
    ids=range(13),
)
async def test_what_was_told_cannot_be_taken_back(service: Database, owner: Database, statement: str) -> None:
    """By no statement that whoever finds a hole in the service may send. The server refuses each, also where
    no row would be met.
    """
    async with service.transaction() as tx:
        await audit.add(tx, ENTRY)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with service.transaction() as tx:
            await tx.execute(statement)
    async with owner.autocommit() as tx:
        [entry] = await tx.fetch("SELECT kind FROM audit_entries")
    assert entry["kind"] == "logged_in"


async def test_only_what_is_old_enough_is_forgotten(service: Database, owner: Database) -> None:
    """The service asks; the periods are the owner's (docs/retention.md)."""
    async with owner.transaction() as tx:
        for age, done_by in AGES.items():
            await tx.execute(
                "INSERT INTO audit_entries (happened_at, kind, device, done_by, reason)"
                " VALUES (now() - $1::text::interval, 'x', $1, $2, $2)",
                age,
                done_by,
            )
    async with service.transaction() as tx:
        assert await audit.forget_old(tx) == 2
    assert await ages(service) == {"364 days", "6 years"}
    async with service.transaction() as tx:
        assert await audit.forget_old(tx) == 0


async def test_no_other_table_is_append_only(server: PrivatePostgres) -> None:
    """The comment says it, and the privileges follow; a table that is meant to be one stands in this list."""
    found = set()
    for name in SERVICES:
        database = await Database.open(database_url(server, name))
        async with database.autocommit() as tx:
            rows = await tx.fetch("""
                SELECT relname AS tablename FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                    AND has_table_privilege(oid, 'INSERT')
                    AND NOT has_table_privilege(oid, 'DELETE')
            """)
        found |= {row["tablename"] for row in rows}
        await database.close()
    assert found == APPEND_ONLY
