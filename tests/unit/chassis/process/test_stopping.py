"""The stop goes on, whatever becomes of one part of it."""

from __future__ import annotations

import asyncio

from support.captured_logs import capture_logs

from chassis.process.stopping import step


async def test_a_part_that_ends_in_time_is_waited_for() -> None:
    """And nothing is said about it."""
    done = []

    async def ends() -> None:
        await asyncio.sleep(0)
        done.append(True)

    with capture_logs() as logs:
        await step("a", ends(), at_most=60)
    assert done == [True]
    assert logs == []


async def test_a_part_that_hangs_is_cancelled_left_behind_and_named() -> None:
    """Also one that does not heed its cancellation."""
    let_go, heard = asyncio.Event(), []

    async def hangs() -> None:
        while not let_go.is_set():
            try:
                await let_go.wait()
            except asyncio.CancelledError:
                heard.append(True)

    with capture_logs() as logs:
        await step("the database", hangs(), at_most=0.01)
    await asyncio.sleep(0)
    assert heard == [True]
    assert [(each["event"], each["step"]) for each in logs] == [("stop.left_behind", "the database")]
    let_go.set()
    await asyncio.sleep(0)


async def test_a_part_that_fails_is_named_and_the_next_one_comes() -> None:
    """Its fault is logged like any other."""

    async def fails() -> None:
        raise ConnectionResetError

    with capture_logs() as logs:
        await step("the bus", fails(), at_most=60)
    assert [(each["event"], each["step"]) for each in logs] == [("stop.failed", "the bus")]
