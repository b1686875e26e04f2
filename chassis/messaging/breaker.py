"""A circuit breaker with a bulkhead: when to stop asking a part that does not answer, and when to try again.

Pure: the time is passed in, in monotonic seconds.
"""

from __future__ import annotations

from collections import deque
from enum import Enum

MAX_IN_FLIGHT = 64  # calls under way
LATE_IN_A_ROW = 5
WINDOW = 10.0  # seconds
ENOUGH_TO_JUDGE = 20  # calls in the window
FIRST_OPEN_FOR, OPEN_FOR_AT_MOST = 1.0, 10.0  # seconds


class CircuitOpen(Exception):
    """The call must not be made: no answer came lately, and it is not yet time for a trial call."""


class BulkheadFull(Exception):
    """The call must not be made: as many as there may be are under way."""


class CallOutcome(Enum):
    """How a call ended, as far as it tells whether the other side lives."""

    ANSWERED = "answered"
    LATE = "late"
    INCONCLUSIVE = "inconclusive"  # given up by the caller, or never delivered: it proves nothing


class Breaker:
    """Guards the calls to one part. Who enters must leave.

    Closed: calls pass. Open: none does. Half-open, once it has been open for long enough: one trial call
    passes, whose outcome closes it or opens it for twice as long.
    """

    def __init__(self) -> None:
        self._in_flight = 0
        self._late_in_a_row = 0
        self._recent: deque[tuple[float, bool]] = deque()  # when it ended, and whether it was late
        self._late_recently = 0
        self._open_for = 0.0  # seconds; 0 while closed
        self._half_open_at = 0.0
        self._trial_in_flight = False

    @property
    def is_open(self) -> bool:
        """Open or half-open: whether only trial calls may pass."""
        return self._open_for > 0

    def enter(self, now: float) -> bool:
        """Takes a place for a call; returns whether it is the trial, which is to be told to `leave`. Raises
        CircuitOpen or BulkheadFull.
        """
        trial = self.is_open
        if trial and (self._trial_in_flight or now < self._half_open_at):
            raise CircuitOpen
        if self._in_flight >= MAX_IN_FLIGHT:
            raise BulkheadFull
        self._in_flight += 1
        self._trial_in_flight = self._trial_in_flight or trial
        return trial

    def leave(self, *, trial: bool, outcome: CallOutcome, now: float) -> None:
        """Gives the place back and learns from how the call ended."""
        self._in_flight -= 1
        if trial:
            self._trial_in_flight = False
        if outcome is CallOutcome.ANSWERED:
            if self.is_open:
                self._close()
            self._note(late=False, now=now)
        elif outcome is CallOutcome.LATE and not self.is_open:
            self._note(late=True, now=now)
            if self._is_bad():
                self._open(FIRST_OPEN_FOR, now)
        elif outcome is CallOutcome.LATE and trial:
            self._open(min(2 * self._open_for, OPEN_FOR_AT_MOST), now)

    def _note(self, *, late: bool, now: float) -> None:
        self._late_in_a_row = self._late_in_a_row + 1 if late else 0
        self._recent.append((now, late))
        self._late_recently += late
        while self._recent[0][0] <= now - WINDOW:
            self._late_recently -= self._recent.popleft()[1]

    def _is_bad(self) -> bool:
        many = len(self._recent)
        mostly_late = many >= ENOUGH_TO_JUDGE and 2 * self._late_recently > many
        return self._late_in_a_row >= LATE_IN_A_ROW or mostly_late

    def _open(self, seconds: float, now: float) -> None:
        self._open_for = seconds
        self._half_open_at = now + seconds

    def _close(self) -> None:
        self._open_for = 0.0
        self._late_in_a_row = 0
        self._late_recently = 0
        self._recent.clear()
