"""What one laptop runs is started again when it dies, and ends when we end."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Awaitable, Callable

import typer

from chassis.process.logger import Logger

_log = Logger()

LOOKS_EVERY = 1.0  # seconds
_LONGEST_PAUSE = 30.0  # seconds
_PR_SET_PDEATHSIG = 1


async def keep_alive(
    name: str, is_alive: Callable[[], Awaitable[bool]], start_again: Callable[[], Awaitable[None]]
) -> None:
    """Looks at a server each second, and starts it again when it has died, ever more seldom while it does not
    come up. `name` is what people call it.
    """
    pause = LOOKS_EVERY
    while True:
        await asyncio.sleep(pause)
        if await is_alive():
            pause = LOOKS_EVERY
            continue
        _log.error("server.died", name=name)
        typer.echo(f"{name} が止まったため、起動し直します。", err=True)
        try:
            await start_again()
        except (OSError, RuntimeError, TimeoutError) as trouble:
            _log.error("server.not_started", name=name, error=type(trouble).__name__)
            pause = min(pause * 2, _LONGEST_PAUSE)


async def ended(watching: asyncio.Task[None]) -> None:
    """Returns when nobody starts anything again: a start that was under way has ended by then."""
    watching.cancel()
    await asyncio.wait({watching})


def die_with_parent() -> None:
    """For a child before it runs: SIGTERM reaches it when its parent dies, by SIGKILL too. Linux alone knows
    how; elsewhere such a child is found by its port at the next start.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == 1:  # it died before we asked
        os.kill(os.getpid(), signal.SIGTERM)
