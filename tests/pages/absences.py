"""Times in which a service answers nobody, shared by all visits that need one: to wait once is enough."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager


class _Turn:
    """A visit's."""

    def __init__(self) -> None:
        self.begins, self.ends, self.over = asyncio.Event(), asyncio.Event(), asyncio.Event()


class Absences:
    """`process_of` knows a service's process, which stands still meanwhile."""

    def __init__(self, process_of: Callable[[str], int]) -> None:
        self._process_of = process_of
        self._waiting: dict[str, list[_Turn]] = {}
        self._comes = asyncio.Event()

    @asynccontextmanager
    async def without(self, service: str) -> AsyncIterator[None]:
        """Meanwhile that service answers nobody; afterwards everybody is there again."""
        turn = _Turn()
        self._waiting.setdefault(service, []).append(turn)
        self._comes.set()
        await turn.begins.wait()
        try:
            yield
        finally:
            turn.ends.set()
            await turn.over.wait()

    async def among(self, visits: Sequence[asyncio.Task[None]]) -> None:
        """Gives turns until all visits have ended: only while nobody is under way who needs every service."""
        while under_way := [visit for visit in visits if not visit.done()]:
            if sum(map(len, self._waiting.values())) == len(under_way):
                await self._give_turn(max(self._waiting, key=lambda each: len(self._waiting[each])))
                continue
            self._comes.clear()
            comes = asyncio.create_task(self._comes.wait())
            await asyncio.wait([comes, *under_way], return_when=asyncio.FIRST_COMPLETED)
            comes.cancel()

    async def _give_turn(self, service: str) -> None:
        turns = self._waiting.pop(service)
        process = self._process_of(service)
        os.kill(process, signal.SIGSTOP)
        try:
            for turn in turns:
                turn.begins.set()
            await asyncio.gather(*(turn.ends.wait() for turn in turns))
        finally:
            os.kill(process, signal.SIGCONT)
            for turn in turns:
                turn.over.set()
