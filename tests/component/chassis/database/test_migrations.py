"""Migrations are applied once each, whoever starts them, and never edited afterwards."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from typing import Any

import pytest

from chassis.database.migrate import _LOCK, MigrationChanged, MigrationsHeld, migrate


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


async def test_no_lock_is_left_behind_and_a_session_outlives_its_migration(
    fresh_database: Any, tmp_path: Any
) -> None:
    """A pooler lends the same session to somebody else at once: the lock ends with its transaction."""
    database = await fresh_database("chassis")
    (tmp_path / "0001_first.sql").write_text("CREATE TABLE first (id int)")
    async with database.own_connection() as held_open:
        with pytest.MonkeyPatch.context() as lent:
            lent.setattr(database._connections, "own", lambda: nullcontext(held_open))
            assert await migrate(database, [("other", tmp_path)]) == ["other/0001_first.sql"]
        advisory = "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'"
        assert await held_open.fetchval(advisory) == 0


async def test_who_migrates_for_too_long_is_not_waited_for_for_ever(
    fresh_database: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is stuck is named instead."""
    database = await fresh_database("chassis")
    monkeypatch.setattr("chassis.database.migrate._OTHERS_FINISH_WITHIN", "20ms")
    async with database.transaction() as tx:
        await tx.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        with pytest.raises(MigrationsHeld):
            await migrate(database, [("other", tmp_path)])
