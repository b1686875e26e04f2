"""The places of one lane of a service, in turn: beyond them calls wait, client by client."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from chassis.messaging.asking_for import asked_for
from chassis.messaging.breaker import Breaker, BulkheadFull, CallOutcome, CircuitOpen, Place
from chassis.messaging.fair_line import FairLine
from chassis.messaging.pace import Pace
from chassis.process.clock import monotonic

MOST_WAITING = 2048
LOOKS_EVERY = 0.5  # seconds: so soon hears who waits in vain. At once would only bring him back at once


@dataclass(frozen=True, eq=False)
class _Waiting:
    client: str
    turn: asyncio.Future[Place]
    until: float  # on the monotonic clock


class LanePlaces:
    """Calls under way to one lane, and those that wait for their turn: as many as will come to it in time, as
    far as the pace of the line tells. The others hear so soon. Clients take turns, so that a flood of one
    makes nobody else wait for more than a turn of his.
    """

    def __init__(self) -> None:
        self._breaker = Breaker()
        self._line: FairLine[_Waiting] = FairLine()
        self._pace = Pace()

    @property
    def is_open(self) -> bool:
        """See `Breaker.is_open`."""
        return self._breaker.is_open

    async def take(self, *, at_most: float) -> Place:
        """A place, at once or in turn; to be given back. Waits at most that many seconds. Raises CircuitOpen
        or BulkheadFull.
        """
        now = monotonic()
        if self.is_open or not self._line:
            try:
                return self._breaker.enter(now)
            except BulkheadFull:
                self._pace.begin(now)
        waiting = _Waiting(asked_for(), asyncio.get_running_loop().create_future(), now + at_most)
        if len(self._line) >= MOST_WAITING:
            self._make_room(waiting.client)
        self._line.join(waiting.client, waiting)
        try:
            await self._wait(waiting)
        except asyncio.CancelledError:
            self._withdraw(waiting)
            raise
        if not waiting.turn.done():
            self._line.leave(waiting.client, waiting)
            raise BulkheadFull
        return waiting.turn.result()

    def _make_room(self, client: str) -> None:
        """At the cost of who has the most in the line. Raises BulkheadFull."""
        last = self._line.make_room(client)
        if last is None:
            raise BulkheadFull
        last.turn.set_exception(BulkheadFull())

    async def _wait(self, waiting: _Waiting) -> None:
        """Until it is its turn, or will not be in time."""
        left = waiting.until - monotonic()
        while not waiting.turn.done() and left > 0:
            await asyncio.wait({waiting.turn}, timeout=min(left, LOOKS_EVERY))
            now = monotonic()
            left = waiting.until - now
            if not waiting.turn.done():
                left -= self._pace.time_for(self._line.turns_until(waiting.client, waiting), now)

    def _withdraw(self, waiting: _Waiting) -> None:
        """The caller went away, maybe at the moment of its turn."""
        if not waiting.turn.done():
            self._line.leave(waiting.client, waiting)
        elif waiting.turn.exception() is None:
            self.give_back(waiting.turn.result(), CallOutcome.INCONCLUSIVE)

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
        now = monotonic()
        while self._line:
            try:
                place = None if self.is_open else self._breaker.enter(now)
            except BulkheadFull:
                return
            turn = self._line.next().turn
            if place is None:
                turn.set_exception(CircuitOpen())
            else:
                self._pace.step(now)
                turn.set_result(place)
