"""Log lines that others can provoke, and that must not fill the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass
class FewLines:
    """Lets a few log lines through in a minute, so that nobody fills the log by asking."""

    at_most: ClassVar[int] = 5
    seconds: ClassVar[float] = 60.0

    _since: float = field(default=float("-inf"), init=False)
    _said: int = field(default=0, init=False)
    _left_out: int = field(default=0, init=False)

    def left_out_before(self, *, at: float) -> int | None:
        """How many lines were left out before this one; None if this one is to be left out, too."""
        if at - self._since >= self.seconds:
            self._since, self._said = at, 0
        if self._said >= self.at_most:
            self._left_out += 1
            return None
        self._said += 1
        left_out, self._left_out = self._left_out, 0
        return left_out
