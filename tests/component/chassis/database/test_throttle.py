"""Limits that all replicas share."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from chassis.database import throttle
from chassis.database.throttle import Limit
from chassis.messaging.refusal import Refusal

THREE_A_MINUTE = Limit(3, timedelta(minutes=1))
ONE_AN_HOUR = Limit(1, timedelta(hours=1))


async def test_a_bucket_is_full_after_its_limit_and_says_how_long_to_wait(fresh_database: Any) -> None:
    """Three hits pass, the fourth waits; another bucket does not."""
    database = await fresh_database("chassis")
    async with database.transaction() as tx:
        for _ in range(3):
            assert await throttle.seconds_to_wait(tx, "a", THREE_A_MINUTE) is None
            await throttle.hit(tx, "a")
        wait = await throttle.seconds_to_wait(tx, "a", THREE_A_MINUTE)
        assert wait is not None
        assert 0 < wait <= 60
        assert await throttle.seconds_to_wait(tx, "b", THREE_A_MINUTE) is None
        await throttle.clear(tx, "a")
        assert await throttle.seconds_to_wait(tx, "a", THREE_A_MINUTE) is None


async def test_hits_older_than_the_window_do_not_count(fresh_database: Any) -> None:
    """The window slides."""
    database = await fresh_database("chassis")
    async with database.transaction() as tx:
        for _ in range(3):
            await throttle.hit(tx, "a")
        await tx.execute("UPDATE throttle_hits SET hit_at = now() - interval '61 seconds'")
        assert await throttle.seconds_to_wait(tx, "a", THREE_A_MINUTE) is None


async def test_twenty_at_once_cannot_pass_a_limit_of_three(fresh_database: Any) -> None:
    """Callers of one bucket queue up behind each other."""
    database = await fresh_database("chassis")

    async def attempt() -> bool:
        async with database.transaction() as tx:
            if await throttle.seconds_to_wait(tx, "a", THREE_A_MINUTE) is not None:
                return False
            await throttle.hit(tx, "a")
            return True

    assert sum(await asyncio.gather(*(attempt() for _ in range(20)))) == 3


async def test_the_refusal_names_the_longest_wait_of_all_full_buckets(fresh_database: Any) -> None:
    """Whoever comes back when the first bucket has room must not be sent away by the second."""
    database = await fresh_database("chassis")
    limits = (("a", THREE_A_MINUTE), ("b", ONE_AN_HOUR))
    async with database.transaction() as tx:
        await throttle.refuse_while_full(tx, "too_many", *limits)
        for bucket in ("a", "a", "a", "b"):
            await throttle.hit(tx, bucket)
        with pytest.raises(Refusal) as refused:
            await throttle.refuse_while_full(tx, "too_many", *limits)
    assert refused.value.code == "too_many"
    assert 60 < (refused.value.retry_after_seconds or 0) <= 3600
