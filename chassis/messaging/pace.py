"""How fast a line of waiting calls moves. Pure: the time is passed in, in monotonic seconds."""

from __future__ import annotations

from collections import deque

_FEWEST_STEPS = 8  # before them nothing is known: a first answer may be slow
_LAST_STEPS = 128


class Pace:
    """The last steps of one line. A line that stands still gets slower with each moment that passes."""

    def __init__(self) -> None:
        self._steps: deque[float] = deque(maxlen=_LAST_STEPS)
        self._began = 0.0

    def begin(self, now: float) -> None:
        """Somebody waits again, after nobody did: what was before tells nothing."""
        self._steps.clear()
        self._began = now

    def step(self, now: float) -> None:
        """One who waited got his turn."""
        if len(self._steps) == _LAST_STEPS:
            self._began = self._steps[0]
        self._steps.append(now)

    def time_for(self, turns: int, now: float) -> float:
        """In how many seconds so many of them will have got their turn; 0.0 while that is not known."""
        if len(self._steps) < _FEWEST_STEPS:
            return 0.0
        return turns * (now - self._began) / len(self._steps)
