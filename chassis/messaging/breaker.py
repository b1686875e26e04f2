"""When to stop asking a part that does not answer, and when to ask again. Pure: the time is passed in, in
monotonic seconds.
"""

from __future__ import annotations

from collections import deque
from enum import Enum

MAX_IN_FLIGHT = 64  # calls under way
LATE_IN_A_ROW = 5
WINDOW = 10.0  # seconds
ENOUGH_TO_JUDGE = 20  # calls in the window
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 10.0  # seconds


class Refused(Exception):
    """The call must not be made."""


class CircuitOpen(Refused):
    """It did not answer lately, and it is not yet time to try again."""


class BulkheadFull(Refused):
    """As many calls as it may have are under way."""


class Ended(Enum):
    """How a call ended, as far as it tells whether the other side lives."""

    ANSWERED = "answered"
    LATE = "late"
    INCONCLUSIVE = "untold"  # given up by the caller, or never delivered: it proves nothing


class Breaker:
    """Guards the calls to one part: closed, or open with one probe after each pause. Who enters must leave.
    """

    def __init__(self) -> None:
        self._under_way = 0
        self._late_in_a_row = 0
        self._recent: deque[tuple[float, bool]] = deque()  # when it ended, and whether it was late
        self._late_recently = 0
        self._pause = 0.0  # seconds; 0 while closed
        self._rests_until = 0.0
        self._probing = False

    @property
    def is_open(self) -> bool:
        """Whether only probes may pass."""
        return self._pause > 0

    def enter(self, now: float) -> bool:
        """Takes a place for a call; returns whether it is the probe, which is to be told to `leave`. Raises
        CircuitOpen or BulkheadFull.
        """
        probe = self.is_open
        if probe and (self._probing or now < self._rests_until):
            raise CircuitOpen
        if self._under_way >= MAX_IN_FLIGHT:
            raise BulkheadFull
        self._under_way += 1
        self._probing = self._probing or probe
        return probe

    def leave(self, *, probe: bool, ended: Ended, now: float) -> None:
        """Gives the place back and learns from how the call ended."""
        self._under_way -= 1
        if probe:
            self._probing = False
        if ended is Ended.ANSWERED:
            if self.is_open:
                self._close()
            self._note(late=False, now=now)
        elif ended is Ended.LATE and not self.is_open:
            self._note(late=True, now=now)
            if self._is_bad():
                self._rest(SHORTEST_PAUSE, now)
        elif ended is Ended.LATE and probe:
            self._rest(min(2 * self._pause, LONGEST_PAUSE), now)

    def _note(self, *, late: bool, now: float) -> None:
        self._late_in_a_row = self._late_in_a_row + 1 if late else 0
        self._recent.append((now, late))
        self._late_recently += late
        while self._recent[0][0] <= now - WINDOW:
            self._late_recently -= self._recent.popleft()[1]

    def _is_bad(self) -> bool:
        many = len(self._recent)
        return self._late_in_a_row >= LATE_IN_A_ROW or (
            many >= ENOUGH_TO_JUDGE and 2 * self._late_recently > many
        )

    def _rest(self, pause: float, now: float) -> None:
        self._pause, self._rests_until = pause, now + pause

    def _close(self) -> None:
        self._pause, self._late_in_a_row, self._late_recently = 0.0, 0, 0
        self._recent.clear()
