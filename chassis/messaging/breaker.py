"""A circuit breaker with a bulkhead: when to stop asking a part that does not answer, when to try again, and
how many calls it may have under way.

Pure: the time is passed in, in monotonic seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

MAX_IN_FLIGHT = 64  # calls under way
FEWEST_PLACES = 4
PLACES_FOR_AN_ANSWER = 0.5  # opened by each answer, after there were fewer
LATE_IN_A_ROW = 5
FIRST_OPEN_FOR, OPEN_FOR_AT_MOST = 1.0, 10.0  # seconds


class CircuitOpen(Exception):
    """The call must not be made: no sign of life came lately, and it is not yet time for a trial call."""


class BulkheadFull(Exception):
    """The call must not be made now: as many as there may be are under way."""


class CallOutcome(Enum):
    """How a call ended, as far as it tells whether the other side lives."""

    ANSWERED = "answered"
    LATE = "late"  # nothing came
    TOO_MUCH = "too much"  # the other side says that it did not get to it in time: it lives
    INCONCLUSIVE = "inconclusive"  # given up by the caller, or never delivered: it proves nothing


@dataclass(frozen=True)
class Place:
    """What a call holds while it is under way."""

    taken_at: float
    trial: bool


class Breaker:
    """Guards the calls to one part. Who enters must leave.

    Closed: calls pass, as many at a time as there are places. A call that is late while the part shows signs
    of life was one too many: half of the places go, and answers open them again step by step. Late calls
    while it is silent open the breaker: no call passes. Half-open, once it has been open for long enough: one
    trial call passes; silence opens it for twice as long, a sign of life closes it, with few places.
    """

    def __init__(self) -> None:
        self._in_flight = 0
        self._places = float(MAX_IN_FLIGHT)
        self._fewer_since = float("-inf")  # when places went last
        self._late_in_a_row = 0
        self._heard_at = float("-inf")
        self._open_for = 0.0  # seconds; 0 while closed
        self._half_open_at = 0.0
        self._trial_in_flight = False

    @property
    def is_open(self) -> bool:
        """Open or half-open: whether only trial calls may pass."""
        return self._open_for > 0

    @property
    def places(self) -> int:
        """How many calls may be under way at this time."""
        return int(self._places)

    def enter(self, now: float) -> Place:
        """Takes a place for a call, to be given to `leave`. Raises CircuitOpen or BulkheadFull."""
        trial = self.is_open
        if trial and (self._trial_in_flight or now < self._half_open_at):
            raise CircuitOpen
        if not trial and self._in_flight >= self.places:
            raise BulkheadFull
        self._in_flight += 1
        self._trial_in_flight = self._trial_in_flight or trial
        return Place(now, trial)

    def leave(self, place: Place, outcome: CallOutcome, now: float) -> None:
        """Gives the place back and learns from how the call ended."""
        self._in_flight -= 1
        if place.trial:
            self._trial_in_flight = False
        if outcome is CallOutcome.ANSWERED:
            self.heard(now)
            self._places = min(self._places + PLACES_FOR_AN_ANSWER, MAX_IN_FLIGHT)
        elif outcome is CallOutcome.TOO_MUCH:
            self.heard(now)
            self._fewer_places(place, now)
        elif outcome is CallOutcome.LATE:
            self._late(place, now)

    def heard(self, now: float) -> None:
        """A sign of life, be it the answer to a call that was given up."""
        self._heard_at = now
        self._late_in_a_row = 0
        if self.is_open:
            self._open_for = 0.0
            self._places, self._fewer_since = float(FEWEST_PLACES), now

    def _late(self, place: Place, now: float) -> None:
        if self.is_open:
            if place.trial:
                self._open(min(2 * self._open_for, OPEN_FOR_AT_MOST), now)
        elif self._heard_at >= place.taken_at:
            self._fewer_places(place, now)
        else:
            self._late_in_a_row += 1
            if self._late_in_a_row >= LATE_IN_A_ROW:
                self._open(FIRST_OPEN_FOR, now)

    def _fewer_places(self, place: Place, now: float) -> None:
        """Once for all the calls that were under way together."""
        if place.taken_at >= self._fewer_since:
            self._places, self._fewer_since = max(self._places / 2, FEWEST_PLACES), now

    def _open(self, seconds: float, now: float) -> None:
        self._open_for = seconds
        self._half_open_at = now + seconds
