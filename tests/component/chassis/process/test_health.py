"""The page that an orchestrator asks."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError
from urllib.request import urlopen

import aiohttp
import pytest
from support.captured_logs import capture_logs

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


async def test_a_caller_that_hangs_up_leaves_no_trace(capfd: pytest.CaptureFixture[str]) -> None:
    """Balancers do, every few seconds; the library would write a traceback for each (I15)."""
    [port] = free_ports(1)
    goes_on = asyncio.Event()

    async def slow() -> str | None:
        await goes_on.wait()
        return "x" * 1_000_000

    page = HealthPage("127.0.0.1", port, {"component": slow})
    await page.start()
    for _ in range(5):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /readyz HTTP/1.1\r\n\r\n")
        await writer.drain()
        writer.transport.abort()
    await asyncio.sleep(0.2)
    goes_on.set()
    await asyncio.sleep(0.5)
    await page.stop()
    assert capfd.readouterr().err == ""


async def test_a_fault_of_a_check_is_a_line_of_the_log_and_nothing_else(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Where it happened and its class; its text may be personal."""
    [port] = free_ports(1)

    async def fails() -> str | None:
        raise ZeroDivisionError("canary")

    page = HealthPage("127.0.0.1", port, {"component": fails})
    await page.start()
    with capture_logs() as lines:
        async with aiohttp.ClientSession() as client:
            with pytest.raises(aiohttp.ClientError):
                await client.get(f"http://127.0.0.1:{port}/readyz")
    await page.stop()
    assert {line["event"] for line in lines} == {"health.failed"}  # the client may ask twice
    assert "canary" not in str(lines) + capfd.readouterr().err


async def test_a_page_whose_event_loop_has_ended_says_so() -> None:
    """It is asked in the moment in which the process ends."""
    ended = asyncio.new_event_loop()
    ended.close()
    page = HealthPage("127.0.0.1", 1, {})
    assert health._answered(page.answer("/livez"), ended)[0] == 503
