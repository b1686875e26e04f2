"""Clean-up after a long outage."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.database import batches, throttle
from chassis.database.batches import delete_in_batches
from chassis.database.db import Transaction


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

    await delete_in_batches(database, counted)
    assert counts == [10, 10, 10, 5]
    async with database.transaction() as tx:
        assert [row["bucket"] for row in await tx.fetch("SELECT bucket FROM throttle_hits")] == ["new"]
