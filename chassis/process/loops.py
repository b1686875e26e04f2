"""The tasks that a process lives by. None of them ends in silence: one that does ends the process, so
that whoever started it starts it again; liveness says so until then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from chassis.process.logger import Logger
from chassis.process.logs import fault_fields

_log = Logger()
_ended: list[str] = []
_waiting: set[asyncio.Event] = set()


def run_for_ever(work: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]:
    """The task of a loop: only a cancellation is a proper end of it."""
    return _watched(work, name, may_end=False)


def run_once(work: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]:
    """The task of something that has an end, but no faults."""
    return _watched(work, name, may_end=True)


def _watched(work: Coroutine[Any, Any, None], name: str, *, may_end: bool) -> asyncio.Task[None]:
    task = asyncio.create_task(work, name=name)

    def on_end(ended: asyncio.Task[None]) -> None:
        if ended.cancelled():
            return
        error = ended.exception()
        if error is None and may_end:
            return
        _log.critical("loop.ended", name=name, **(fault_fields(error) if error else {}))
        _ended.append(name)
        for event in _waiting:
            event.set()

    task.add_done_callback(on_end)
    return task


def ended_loops() -> tuple[str, ...]:
    """The names of those that ended by themselves, which keeps this process from being alive."""
    return tuple(_ended)


def forget_ended_loops() -> None:
    """For a process that outlives the system which it ran, as a test's does."""
    _ended.clear()


async def until_a_loop_ends() -> None:
    """Returns when one has ended by itself."""
    event = asyncio.Event()
    _waiting.add(event)
    try:
        if not _ended:
            await event.wait()
    finally:
        _waiting.discard(event)
