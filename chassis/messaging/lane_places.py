"""The places of one lane of a service, in turn: beyond them calls wait, client by client."""

from __future__ import annotations

from chassis.messaging.breaker import Breaker, BulkheadFull, CallOutcome, CircuitOpen, Place
from chassis.messaging.pace import Pace
from chassis.messaging.waiting_line import WaitingLine
from chassis.process.clock import monotonic

MOST_WAITING = 2048


class LanePlaces:
    """Calls under way to one lane, and those that wait for their turn: as many as will come to it in time, as
    far as the pace of the line tells. The others hear so soon.
    """

    def __init__(self, *, most_waiting: int = MOST_WAITING) -> None:
        self._breaker = Breaker()
        self._line: WaitingLine[Place] = WaitingLine(at_most=most_waiting, put_back=self._not_used)
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
        return await self._line.wait(
            within=at_most, time_for=lambda turns: self._pace.time_for(turns, monotonic())
        )

    def _not_used(self, place: Place) -> None:
        self.give_back(place, CallOutcome.INCONCLUSIVE)

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
            turn = self._line.next()
            if place is None:
                turn.set_exception(CircuitOpen())
            else:
                self._pace.step(now)
                turn.set_result(place)
