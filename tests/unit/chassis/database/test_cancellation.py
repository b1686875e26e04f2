"""A cancelled task ends by its cancellation, whatever a library makes of it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from chassis.database.cancellation import cancellation_wins


async def _turned_into(trouble: Exception | None) -> None:
    """Waits; when it is cancelled it raises something else, or nothing."""
    with cancellation_wins():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            if trouble is not None:
                raise trouble from None


@pytest.mark.parametrize("trouble", [TimeoutError(), ConnectionResetError(), RuntimeError(), None])
async def test_a_cancellation_that_was_replaced_or_swallowed_comes_out_all_the_same(
    trouble: Exception | None,
) -> None:
    """The task is cancelled, and not merely at its end."""
    task = asyncio.create_task(_turned_into(trouble))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()


async def test_what_the_block_raises_by_itself_comes_out_as_it_is() -> None:
    """Nobody cancelled it."""
    with pytest.raises(ConnectionResetError), cancellation_wins():
        raise ConnectionResetError


async def test_a_cancellation_before_the_block_is_not_the_blocks() -> None:
    """A task that cleans up after its cancellation may still use the database."""

    async def cleans_up() -> str:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        with cancellation_wins():
            return "cleaned up"

    task = asyncio.create_task(cleans_up())
    await asyncio.sleep(0)
    task.cancel()
    assert await task == "cleaned up"


@pytest.mark.parametrize("trouble", [ConnectionResetError(), None])
async def test_a_time_out_around_the_block_is_still_a_time_out(trouble: Exception | None) -> None:
    """asyncio.timeout cancels its task, and takes the cancellation back."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await _turned_into(trouble)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_time_out_within_the_block_is_the_blocks_own_affair() -> None:
    """It has cancelled and taken back before the block ends."""
    with cancellation_wins():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await asyncio.sleep(60)
        done = True
    assert done


async def test_the_cause_is_kept() -> None:
    """Whoever debugs sees what went wrong on the way out."""
    caught: list[BaseException | None] = []

    async def looks() -> None:
        try:
            await _turned_into(TimeoutError("of the release"))
        except asyncio.CancelledError as cancelled:
            caught.append(cancelled.__cause__)
            raise

    task = asyncio.create_task(looks())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    assert isinstance(caught[0], TimeoutError)
