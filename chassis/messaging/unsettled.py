"""Messages of which somebody still has to acknowledge a copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable


class Unsettled:
    """Counts copies by message id, and tells once the last one is acknowledged."""

    def __init__(self) -> None:
        self._copies: Counter[str] = Counter()
        self._then: dict[str, Callable[[], None]] = {}

    def add(self, message_id: str, copies: int) -> None:
        """So many more are to be acknowledged."""
        self._copies[message_id] += copies

    def settle(self, message_id: str) -> None:
        """One is acknowledged; what was put off has a copy of its own by then."""
        self._copies[message_id] -= 1
        self._tell(message_id)

    def when_settled(self, message_id: str, then: Callable[[], None]) -> None:
        """Calls `then` when none is left, at once if that is so already."""
        self._then[message_id] = then
        self._tell(message_id)

    def _tell(self, message_id: str) -> None:
        if self._copies[message_id] > 0:
            return
        del self._copies[message_id]
        then = self._then.pop(message_id, None)
        if then is not None:
            then()
