"""The guards of processes, databases and signatures, taken out."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from testbuild.patching import replace_in


def log_sink(module: Any) -> None:
    """A line that cannot be written raises where it is written."""
    replace_in(module.LogSink, "write", lambda self, line: self._put(line.encode() + b"\n"))


def expire(module: Any) -> None:
    """A connection to a server that takes no writes stays in the pool."""

    async def keep(self: Any) -> None:
        return None

    replace_in(module.asyncpg.Pool, "expire_connections", keep)


def cancellation(module: Any) -> None:
    """A block ends as asyncpg lets it: when the server has answered, or with the time-out of that wait."""

    @asynccontextmanager
    async def lent(self: Any, *, undo: str | None = None) -> AsyncIterator[Any]:
        async with self._pool.acquire(timeout=2.0) as connection:
            try:
                yield connection
            except BaseException:
                if undo:
                    await connection.execute(undo)
                raise

    replace_in(module.Connections, "lent", lent)


def patient_stop(module: Any) -> None:
    """A component that stops waits until everything of it has ended, however long that takes."""

    async def stop(self: Any) -> None:
        for consumer in self._consumers:
            await consumer.cancel()
        await self._dispatch.drain(at_most=module.DRAIN_WITHIN)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    replace_in(module.RunningComponent, "stop", stop)


def drain(module: Any) -> None:
    """SIGTERM ends the process at once, whatever it has in hand."""

    async def until_killed() -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, os._exit, 0)
        await asyncio.Event().wait()

    replace_in(module, "until_stopped", until_killed)


def one_clock(module: Any) -> None:
    """Signed statements are judged by the clock of whoever reads them, and not by the database's."""

    def is_fresh(self: Any, now: Any) -> bool:
        from chassis.process.clock import SystemClock

        return bool(SystemClock().now() < self.expires_at)

    module.SignedClaims.is_fresh = is_fresh
