"""The places of one lane of a service, in turn: beyond them a call waits, first come first served."""

from __future__ import annotations

import asyncio
from collections import deque

from chassis.messaging.breaker import Breaker, BulkheadFull, CallOutcome, CircuitOpen, Place
from chassis.process.clock import monotonic


class LanePlaces:
    """Calls under way to one lane, and those that wait for their turn: as many as may be under way."""

    def __init__(self) -> None:
        self._breaker = Breaker()
        self._waiting: deque[asyncio.Future[Place]] = deque()

    @property
    def is_open(self) -> bool:
        """See `Breaker.is_open`."""
        return self._breaker.is_open

    async def take(self, *, at_most: float) -> Place:
        """A place, at once or in turn; to be given back. Waits at most that many seconds. Raises CircuitOpen
        or BulkheadFull.
        """
        if self.is_open or not self._waiting:
            try:
                return self._breaker.enter(monotonic())
            except BulkheadFull:
                pass
        if len(self._waiting) >= self._breaker.places:
            raise BulkheadFull
        turn: asyncio.Future[Place] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await asyncio.wait({turn}, timeout=at_most)
        except asyncio.CancelledError:
            self._withdraw(turn)
            raise
        if not turn.done():
            self._waiting.remove(turn)
            raise BulkheadFull
        return turn.result()

    def _withdraw(self, turn: asyncio.Future[Place]) -> None:
        """The caller went away, maybe at the moment of its turn."""
        if not turn.done():
            self._waiting.remove(turn)
        elif turn.exception() is None:
            self.give_back(turn.result(), CallOutcome.INCONCLUSIVE)

    def give_back(self, place: Place, outcome: CallOutcome) -> None:
        """The call has ended; whose turn it is goes on."""
        self._breaker.leave(place, outcome, monotonic())
        self._call_up()

    def heard(self) -> None:
        """See `Breaker.heard`."""
        self._breaker.heard(monotonic())
        self._call_up()

    def _call_up(self) -> None:
        """Gives free places to those who wait. While the breaker is open none is to wait."""
        while self._waiting:
            try:
                place = None if self.is_open else self._breaker.enter(monotonic())
            except BulkheadFull:
                return
            turn = self._waiting.popleft()
            if place is None:
                turn.set_exception(CircuitOpen())
            else:
                turn.set_result(place)
