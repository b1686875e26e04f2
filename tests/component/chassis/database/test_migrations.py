"""Migrations are applied once each, whoever starts them, and never edited afterwards."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from chassis.database.migrate import MigrationChanged, migrate


async def test_a_migration_that_was_edited_after_it_was_applied_is_refused(
    fresh_database: Any, tmp_path: Any
) -> None:
    """Old data survive: files are only added."""
    database = await fresh_database("chassis")
    file = tmp_path / "0001_first.sql"
    file.write_text("CREATE TABLE first (id int)")
    assert await migrate(database, [("other", tmp_path)]) == ["other/0001_first.sql"]
    assert await migrate(database, [("other", tmp_path)]) == []
    file.write_text("CREATE TABLE first (id bigint)")
    with pytest.raises(MigrationChanged):
        await migrate(database, [("other", tmp_path)])


async def test_four_processes_that_migrate_at_once_apply_each_file_once(
    fresh_database: Any, tmp_path: Any
) -> None:
    """The advisory lock makes the others wait and then find nothing to do."""
    database = await fresh_database("chassis")
    (tmp_path / "0001_first.sql").write_text("CREATE TABLE first (id int)")
    applied = await asyncio.gather(*(migrate(database, [("other", tmp_path)]) for _ in range(4)))
    assert sorted(map(len, applied)) == [0, 0, 0, 1]
