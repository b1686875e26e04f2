"""Limits that all replicas share, and the page that an orchestrator asks."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import aiohttp

from chassis.database import throttle
from chassis.database.throttle import Limit
from chassis.process.health import HealthPage
from mypage.local.ports import free_ports

THREE_A_MINUTE = Limit(3, timedelta(minutes=1))


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


async def test_the_health_page_names_what_is_missing_and_lives_all_the_same() -> None:
    """Liveness never looks at a broker or a database."""
    problem: list[str | None] = ["the database does not answer"]

    async def check() -> str | None:
        return problem[0]

    [port] = free_ports(1)
    page = HealthPage("127.0.0.1", port, {"component": check})
    await page.start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:

        async def get(path: str) -> tuple[int, str]:
            async with client.get(path) as answer:
                return answer.status, await answer.text()

        assert (await get("/livez"))[0] == 200
        status, text = await get("/readyz")
        assert status == 503
        assert "the database does not answer" in text
        problem[0] = None
        assert (await get("/readyz"))[0] == 200
        assert "mypage_messages_handled_total" in (await get("/metrics"))[1]
        page.draining = True
        assert (await get("/readyz"))[0] == 503
    await page.stop()
