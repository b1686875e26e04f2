"""What code says of its work: events by name, with fields. Where they go is decided elsewhere."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

Entry = dict[str, Any]
"""The fields of one line; `level` is in lower case, `event` is its name."""

_fields: ContextVar[Mapping[str, Any]] = ContextVar("log_fields", default={})  # noqa: B039 - never changed


@dataclass(frozen=True)
class Outlet:
    """Takes the entries from that level on. `write` raises nothing."""

    write: Callable[[Entry], object]
    least: int  # of logging's levels


def _name_only(entry: Entry) -> None:
    sys.stderr.write(f"{entry['level']} {entry['event']}\n")


UNDECIDED = Outlet(_name_only, logging.WARNING)
"""Until somebody decides: what nobody may miss, and no field, as one may be personal."""

_outlet = UNDECIDED


def lead_to(outlet: Outlet) -> Outlet:
    """From now on entries go there. The outlet before."""
    global _outlet
    before, _outlet = _outlet, outlet
    return before


def log_fields() -> Mapping[str, Any]:
    """What every entry carries here."""
    return _fields.get()


def add_log_fields(**fields: object) -> None:
    """Every later entry of this context, and of tasks that begin in it, carries them."""
    _fields.set({**_fields.get(), **fields})


@contextmanager
def with_log_fields(**fields: object) -> Iterator[None]:
    """Every entry of the block, and of tasks that begin in it, carries them."""
    before = _fields.set({**_fields.get(), **fields})
    try:
        yield
    finally:
        _fields.reset(before)


class Logger:
    """Says events: names in dotted lower case, and fields that are names and ids, never bodies."""

    __slots__ = ()

    def info(self, event: str, **fields: object) -> None:
        """In the course of things."""
        _say(logging.INFO, event, fields)

    def warning(self, event: str, **fields: object) -> None:
        """Something is missing, and we can do without for a while."""
        _say(logging.WARNING, event, fields)

    def error(self, event: str, **fields: object) -> None:
        """Somebody has to look at it."""
        _say(logging.ERROR, event, fields)

    def critical(self, event: str, **fields: object) -> None:
        """The process ends of it, or cannot work."""
        _say(logging.CRITICAL, event, fields)


def _say(level: int, event: str, fields: Mapping[str, object]) -> None:
    if level >= _outlet.least:
        name = logging.getLevelName(level).lower()
        _outlet.write({**_fields.get(), **fields, "level": name, "event": event})
