"""What a limit is, how it is written, and how an operator changes one by its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_SPAN = r"([1-9][0-9]{0,4})([smhd])"
_WRITTEN = re.compile(rf"([1-9][0-9]{{0,5}})/{_SPAN}(?: {_SPAN}-{_SPAN})?")
LONGEST_WINDOW = timedelta(days=1)  # what is older is forgotten, `chassis.database.throttle.forget_old`


@dataclass(frozen=True)
class Limit:
    """At most `hits` within any `window`, and then a wait until the window has room again.

    With `first_wait` the wait grows instead: so long after that many hits, twice as long after each further
    one, up to `longest_wait`.
    """

    hits: int
    window: timedelta
    first_wait: timedelta | None = None
    longest_wait: timedelta | None = None

    @classmethod
    def written(cls, text: str) -> Self:
        """`5/1h`, or `5/24h 1m-15m` for a wait that grows. Raises ValueError for anything else, and for a
        window longer than hits are kept.
        """
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError("must be written like 5/1h, or 5/24h 1m-15m with a wait that grows")
        window = _span(found[2], found[3])
        if window > LONGEST_WINDOW:
            raise ValueError("must not look back longer than a day")
        if found[4] is None:
            return cls(int(found[1]), window)
        return cls(int(found[1]), window, _span(found[4], found[5]), _span(found[6], found[7]))

    def __str__(self) -> str:
        text = f"{self.hits}/{_text(self.window)}"
        if self.first_wait is None or self.longest_wait is None:
            return text
        return f"{text} {_text(self.first_wait)}-{_text(self.longest_wait)}"


class NamedLimits(BaseModel):
    """Base of the limits of one service: each is a field of its own, with its default."""

    model_config = ConfigDict(frozen=True)

    alarms: ClassVar[tuple[str, ...]] = ()
    """Those that refuse nobody: when one of them is full, somebody is told."""

    def changed(self, written: Mapping[str, str]) -> Self:
        """With other values for those names. Raises ValueError, which names the limit, for a name that is
        none, or a value that cannot be read.
        """
        known = self.by_name()
        if unknown := sorted(written.keys() - known.keys()):
            raise ValueError(f"no such limit: {', '.join(unknown)}; there are {', '.join(sorted(known))}")
        changes = {}
        for name, text in written.items():
            try:
                changes[name] = Limit.written(text)
            except ValueError as error:
                raise ValueError(f"{name} {error}") from None
        return self.model_copy(update=changes)

    @classmethod
    def checked(cls, written: Mapping[str, str]) -> Mapping[str, str]:
        """As it is, if `changed` takes it. Raises ValueError as that does."""
        cls().changed(written)
        return written

    def by_name(self) -> Mapping[str, Limit]:
        """All of them, in the order in which they are declared."""
        return {name: getattr(self, name) for name in type(self).model_fields}


def _span(number: str, unit: str) -> timedelta:
    return timedelta(seconds=int(number) * _UNITS[unit])


def _text(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    unit = next(unit for unit in ("h", "m", "s") if seconds % _UNITS[unit] == 0)
    return f"{seconds // _UNITS[unit]}{unit}"
