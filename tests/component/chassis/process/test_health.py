"""The page that an orchestrator asks."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError
from urllib.request import urlopen

import aiohttp
import pytest

from chassis.process import health
from chassis.process.health import HealthPage
from mypage.local.ports import free_ports


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


async def test_an_event_loop_that_stands_still_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks is answered all the same, and Kubernetes starts the process again."""
    monkeypatch.setattr(health, "_ANSWERED_WITHIN", 0.3)
    [port] = free_ports(1)
    page = HealthPage("127.0.0.1", port, {})
    await page.start()

    def ask() -> int:
        try:
            with urlopen(f"http://127.0.0.1:{port}/livez", timeout=30) as answer:
                return int(answer.status)
        except HTTPError as error:
            return error.code

    assert await asyncio.to_thread(ask) == 200
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(ask)
        assert asked.result(30) == 503  # this loop waits for it, and turns no more
    assert await asyncio.to_thread(ask) == 200
    await page.stop()


async def test_it_says_nothing_of_what_it_is_made_of_and_knows_three_pages() -> None:
    """No version in a header; any other path is not there."""
    [port] = free_ports(1)
    page = HealthPage("127.0.0.1", port, {})
    await page.start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
        for path, status in (("/livez?x=1", 200), ("/", 404), ("/../etc/passwd", 404)):
            async with client.get(path) as answer:
                assert answer.status == status
                assert answer.headers["Server"] == "health"
        async with client.post("/livez") as answer:
            assert answer.status == 501
    await page.stop()


async def test_a_port_that_is_taken_is_an_error_at_the_start() -> None:
    """And not a page that nobody reaches."""
    [port] = free_ports(1)
    first, second = (HealthPage("127.0.0.1", port, {}) for _ in range(2))
    await first.start()
    with pytest.raises(OSError, match="in use"):
        await second.start()
    await first.stop()
    await second.stop()


async def test_it_can_be_asked_over_ipv6() -> None:
    """Where the address is one."""
    [port] = free_ports(1)
    page = HealthPage("::1", port, {})
    await page.start()
    async with aiohttp.ClientSession() as client, client.get(f"http://[::1]:{port}/livez") as answer:
        assert answer.status == 200
    await page.stop()
