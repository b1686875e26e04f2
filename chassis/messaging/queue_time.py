"""How long requests waited on their way, without believing that two machines agree on the time."""

from __future__ import annotations

from dataclasses import dataclass

_REMEMBERS = 60.0  # seconds: in that time two monotonic clocks drift apart by milliseconds


@dataclass
class _Quickest:
    """The shortest ways of one caller lately, each with the same unknown difference of the two clocks in
    it.
    """

    since: float
    now: float
    before: float


class QueueTime:
    """Compares each request of a caller with the quickest one of the last minute or two: what it took longer,
    it waited. The first of a caller counts as quick.
    """

    def __init__(self) -> None:
        self._quickest: dict[str, _Quickest] = {}

    def of(self, caller: str, sent_at: float, now: float) -> float:
        """In seconds. `sent_at` is on the caller's monotonic clock, `now` on ours."""
        way = now - sent_at
        known = self._quickest.get(caller)
        if known is None:
            self._forget_the_silent(now)
            known = self._quickest[caller] = _Quickest(now, way, way)
        elif now - known.since > _REMEMBERS:
            known.since, known.before, known.now = now, known.now, way
        known.now = min(known.now, way)
        return way - min(known.now, known.before)

    def _forget_the_silent(self, now: float) -> None:
        """Each start of a caller, and each new reply queue of it, has a name of its own."""
        kept = {name: each for name, each in self._quickest.items() if now - each.since < 10 * _REMEMBERS}
        self._quickest = kept
