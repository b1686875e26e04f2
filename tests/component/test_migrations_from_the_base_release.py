"""Old data survive: a database as the previous release left it becomes today's, and nothing that was applied
is applied again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.base_release import a_database_of_then

from chassis.database.migrate import migrate
from mypage.local.databases import SERVICES, migrations_of
from mypage.local.postgres import PrivatePostgres

COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
    WHERE table_schema = 'public' ORDER BY 1, 2
"""
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"


@pytest.mark.parametrize("service", SERVICES)
async def test_a_database_of_the_previous_release_becomes_todays(
    postgres: PrivatePostgres, fresh_database: Any, tmp_path: Path, service: str
) -> None:
    """Only what is new is applied, and the result is the schema that a new installation has."""
    database, applied_then = await a_database_of_then(postgres, service, tmp_path)
    applied_now = await migrate(database, [(service, migrations_of(service))])
    assert applied_then
    assert not applied_then & set(applied_now)
    fresh = await fresh_database(service)
    for statement in (COLUMNS, INDEXES):
        async with database.transaction() as old, fresh.transaction() as new:
            assert [tuple(row) for row in await old.fetch(statement)] == [
                tuple(row) for row in await new.fetch(statement)
            ]
    await database.close()
