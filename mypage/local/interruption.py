"""`mypage up` may be told to end at any moment, while it starts above all. Its servers live in sessions of
their own, so nobody but it ends them.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

_Result = TypeVar("_Result")
_ENDS_IT = ("SIGTERM", "SIGINT", "SIGHUP")  # a service manager, Ctrl-C, a terminal that is closed


async def until_told_to_end(work: Coroutine[Any, Any, None], *, heard: Callable[[], None]) -> None:
    """Runs it. The first signal that ends processes cancels it wherever it is, and it undoes what it began;
    further ones change nothing, as an undoing that is broken off leaves servers behind. Each is `heard`.
    Raises what `work` raises by itself.
    """
    task = asyncio.ensure_future(work)
    told = asyncio.Event()

    def end() -> None:
        heard()
        if not told.is_set():
            told.set()
            task.cancel()

    loop = asyncio.get_running_loop()
    for number in [getattr(signal, name) for name in _ENDS_IT if hasattr(signal, name)]:
        if signal.getsignal(number) is not signal.SIG_IGN or number != getattr(signal, "SIGHUP", None):
            loop.add_signal_handler(number, end)  # nohup had SIGHUP ignored, and it stays so
    try:
        await task
    except asyncio.CancelledError:
        if not told.is_set():
            raise


async def to_its_end(work: Coroutine[Any, Any, _Result]) -> _Result:
    """What must not be left half done: who is cancelled meanwhile waits until it has ended, and is cancelled
    then.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
