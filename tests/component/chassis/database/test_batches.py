"""Clean-up after a long outage."""

from __future__ import annotations

from typing import Any

import pytest
from asyncpg import PostgresError

from chassis.database import batches, throttle
from chassis.database.batches import delete_in_batches
from chassis.database.db import Transaction
from chassis.process.metrics import exposition


async def test_what_an_outage_left_is_deleted_in_batches(
    fresh_database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each in a transaction of its own: a time-out loses one batch, and none is large enough for one."""
    database = await fresh_database("identity")
    monkeypatch.setattr(batches, "BATCH", 10)
    monkeypatch.setattr(throttle, "BATCH", 10)
    async with database.transaction() as tx:
        await tx.execute("""
            INSERT INTO throttle_hits (bucket, hit_at)
            SELECT 'old', now() - interval '3 days' FROM generate_series(1, 35)
        """)
        await throttle.hit(tx, "new")
    counts = []

    async def counted(tx: Transaction) -> int:
        counts.append(await throttle.forget_old(tx))
        return counts[-1]

    await delete_in_batches(database, {"throttle_hits": counted})
    assert counts == [10, 10, 10, 5]
    async with database.transaction() as tx:
        assert [row["bucket"] for row in await tx.fetch("SELECT bucket FROM throttle_hits")] == ["new"]


async def test_a_clean_up_that_fails_keeps_none_of_the_others_from_theirs(fresh_database: Any) -> None:
    """It is told of afterwards, and its age grows."""
    database = await fresh_database("identity")
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO throttle_hits (bucket, hit_at) VALUES ('old', now() - interval '3 days')"
        )

    async def fails(tx: Transaction) -> int:
        await tx.execute("SELECT 1 / 0")
        return 0

    with pytest.raises(PostgresError):
        await delete_in_batches(database, {"fails": fails, "hits_of_this_test": throttle.forget_old})
    async with database.transaction() as tx:
        assert await tx.fetchval("SELECT count(*) FROM throttle_hits") == 0
    said = exposition().decode()
    assert 'mypage_forgotten_rows_total{what="hits_of_this_test"} 1.0' in said
    assert 'mypage_forgotten_at_seconds{what="hits_of_this_test"}' in said
    assert 'mypage_forgotten_at_seconds{what="fails"}' not in said
