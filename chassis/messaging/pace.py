"""How fast a line of waiting calls moves. Pure: the time is passed in, in monotonic seconds."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

_LOOKS_BACK = 2.0  # seconds, or as long as _FEWEST_STEPS took
_AT_LEAST = 0.9  # seconds: for less a process may have been busy with something else
_FEWEST_STEPS = 8
_SLICE = 0.1  # seconds


@dataclass
class _Slice:
    """Steps of a moment. They come in bursts, as answers share messages."""

    began: float
    steps: int


class Pace:
    """Told by the last steps of one line; while it stands still it gets slower."""

    def __init__(self) -> None:
        self._slices: deque[_Slice] = deque()
        self._steps = 0

    def begin(self, now: float) -> None:
        """Somebody waits again, after nobody did: what was before tells nothing."""
        self._slices = deque([_Slice(now, 0)])
        self._steps = 0

    def step(self, now: float) -> None:
        """One who waited got his turn."""
        if now - self._slices[-1].began >= _SLICE:
            self._slices.append(_Slice(now, 0))
            self._forget_the_first(now)
        self._slices[-1].steps += 1
        self._steps += 1

    def _forget_the_first(self, now: float) -> None:
        while len(self._slices) > 1 and now - self._slices[1].began >= _LOOKS_BACK:
            if self._steps - self._slices[0].steps < _FEWEST_STEPS:
                return
            self._steps -= self._slices.popleft().steps

    def time_for(self, turns: int, now: float) -> float:
        """In how many seconds so many of them will have got their turn; 0.0 while that is not known."""
        took = now - self._slices[0].began
        if self._steps < _FEWEST_STEPS or took < _AT_LEAST:
            return 0.0
        return turns * took / self._steps
