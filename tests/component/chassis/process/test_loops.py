"""A loop that a process lives by does not end in silence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from support.captured_logs import capture_logs

from chassis.process.health import HealthPage
from chassis.process.loops import ended_loops, forget_ended_loops, run_for_ever, run_once, until_a_loop_ends
from mypage.local.ports import free_ports


@pytest.fixture(autouse=True)
async def forget() -> AsyncIterator[None]:
    """Each test with a process of its own, so to speak."""
    forget_ended_loops()
    yield
    forget_ended_loops()


async def fails() -> None:
    raise OSError("canary")


async def ends() -> None:
    return None


@pytest.mark.parametrize("loop", [fails, ends])
async def test_a_loop_that_ends_by_itself_is_told_and_ends_the_process(loop) -> None:  # type: ignore[no-untyped-def]
    """Whoever waits for the end of the process hears of it; the log names the loop and the fault's class."""
    with capture_logs() as lines:
        waiting = asyncio.create_task(until_a_loop_ends())
        run_for_ever(loop(), name="relay")
        await asyncio.wait_for(waiting, 10)
    [line] = lines
    assert (line["event"], line["name"], line["level"]) == ("loop.ended", "relay", "critical")
    assert "canary" not in str(line)
    assert ended_loops() == ("relay",)


async def test_a_cancelled_loop_and_a_finished_step_are_no_fault() -> None:
    """That is how processes end, and how they begin."""
    loop = run_for_ever(asyncio.sleep(3600), name="relay")
    await asyncio.sleep(0)
    loop.cancel()
    await asyncio.gather(loop, run_once(ends(), name="begin"), return_exceptions=True)
    assert ended_loops() == ()


async def test_liveness_and_readiness_say_which_loop_has_ended() -> None:
    """Kubernetes starts the process again, and sends nobody to it until then."""
    [port] = free_ports(1)

    async def well() -> str | None:
        return None

    page = HealthPage("127.0.0.1", port, {"component": well})
    await page.start()
    async with aiohttp.ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{port}/livez") as answer:
            assert answer.status == 200
        await asyncio.gather(run_for_ever(ends(), name="relay"))
        for path in ("livez", "readyz"):
            async with session.get(f"http://127.0.0.1:{port}/{path}") as answer:
                assert answer.status == 503
                assert "relay" in await answer.text()
    await page.stop()
