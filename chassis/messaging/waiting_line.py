"""Who waits for a place, until it is his turn or will not be in time; clients take turns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from chassis.messaging.asking_for import asked_for
from chassis.messaging.breaker import BulkheadFull
from chassis.messaging.fair_line import FairLine
from chassis.process.clock import monotonic

LOOKS_EVERY = 0.5  # seconds: so soon hears who waits in vain. At once would only bring him back at once

Place = TypeVar("Place")


def _unknown(turns: int) -> float:
    return 0.0


class WaitingLine(Generic[Place]):
    """A flood of one client makes nobody else wait for more than a turn of his. Whoever frees a place gives
    it to `next`, if somebody waits; nobody who went away takes one.
    """

    def __init__(self, *, at_most: int, put_back: Callable[[Place], None]) -> None:
        """So many may wait. `put_back` takes the place of one who went away at the moment of his turn."""
        self._at_most = at_most
        self._put_back = put_back
        self._line: FairLine[asyncio.Future[Place]] = FairLine()

    def __len__(self) -> int:
        return len(self._line)

    def next(self) -> asyncio.Future[Place]:
        """Whose turn it is leaves the line, to be given a place or an exception. Raises StopIteration when
        nobody waits.
        """
        return self._line.next()

    async def wait(self, *, within: float, time_for: Callable[[int], float] = _unknown) -> Place:
        """A place in turn, or the exception that the turn was given. Raises BulkheadFull when too many wait,
        when the turn does not come within so many seconds, and as soon as `time_for`, in how many seconds so
        many turns will have come, says that it will not.
        """
        client = asked_for()
        turn: asyncio.Future[Place] = asyncio.get_running_loop().create_future()
        until = monotonic() + within
        if len(self._line) >= self._at_most:
            self._make_room(client)
        self._line.join(client, turn)
        try:
            await self._look_until(client, turn, until, time_for)
        except asyncio.CancelledError:
            self._withdraw(client, turn)
            raise
        if not turn.done():
            self._line.leave(client, turn)
            raise BulkheadFull
        return turn.result()

    def _make_room(self, client: str) -> None:
        """At the cost of who has the most in the line. Raises BulkheadFull."""
        last = self._line.make_room(client)
        if last is None:
            raise BulkheadFull
        last.set_exception(BulkheadFull())

    async def _look_until(
        self, client: str, turn: asyncio.Future[Place], until: float, time_for: Callable[[int], float]
    ) -> None:
        left = until - monotonic()
        while not turn.done() and left > 0:
            await asyncio.wait({turn}, timeout=min(left, LOOKS_EVERY))
            left = until - monotonic()
            if not turn.done():
                left -= time_for(self._line.turns_until(client, turn))

    def _withdraw(self, client: str, turn: asyncio.Future[Place]) -> None:
        if not turn.done():
            self._line.leave(client, turn)
        elif turn.exception() is None:
            self._put_back(turn.result())
