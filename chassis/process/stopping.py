"""The stop of a process is a sequence of waits, and none of them is for ever: what hangs is left behind."""

from __future__ import annotations

import asyncio
import math
import signal
from collections.abc import Awaitable

from chassis.process.logger import Logger
from chassis.process.logs import fault_fields

_log = Logger()

STOPPED_WITHIN = 27  # seconds from SIGTERM to the end of the process; Kubernetes is told to kill it after 30


async def step(name: str, work: Awaitable[object], *, at_most: float) -> None:
    """Waits for one part of the stop, at most that many seconds; one that takes longer is cancelled and left
    behind. It raises nothing: the other parts come next, whatever became of this one.
    """
    task = asyncio.ensure_future(work)
    await asyncio.wait({task}, timeout=at_most)
    if not task.done():
        task.cancel()
        _log.warning("stop.left_behind", step=name)
    elif not task.cancelled() and (fault := task.exception()):
        _log.error("stop.failed", step=name, **fault_fields(fault))


def end_by_force_later(after: float = STOPPED_WITHIN) -> None:
    """The kernel ends this process after so many seconds, should a thread or a blocked loop outlast all that
    is waited for. To lose what it has in hand is safe, as with any crash.
    """
    signal.alarm(math.ceil(after))
