"""Places where the fault suite may end a process: each is a moment of which docs/states.md says what a crash
there leaves.

The setting `failpoint`, as in `relay.after_confirm:3`, makes the process kill itself (SIGKILL) when it comes
to that place for the third time; `commit.before@mail.sent:1` counts only while that kind of work is in hand.
Production settings refuse it (chassis.process.settings).
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

PATTERN = r"^[a-z_]+\.[a-z_]+(@[a-z0-9_.]+)?(:[1-9][0-9]*)?$"
_in_hand: ContextVar[str] = ContextVar("work_in_hand", default="")


@dataclass
class _Armed:
    point: str
    scope: str
    left: int


_armed: _Armed | None = None


def arm(spec: str) -> None:
    """From now on the process dies at that place. Raises ValueError for a text that is no place."""
    global _armed
    if not re.match(PATTERN, spec):
        raise ValueError(f"not a failpoint: {spec}")
    place, _, count = spec.partition(":")
    point, _, scope = place.partition("@")
    _armed = _Armed(point, scope, int(count or 1))


@contextmanager
def working_on(kind: str) -> Iterator[None]:
    """Names the work in hand, here and in what is awaited: a message type, or what is repeated."""
    token = _in_hand.set(kind)
    try:
        yield
    finally:
        _in_hand.reset(token)


def reach(point: str, scope: str | None = None) -> None:
    """Does nothing, unless this place is armed and its turn has come."""
    if _armed is None or _armed.point != point or _armed.scope not in ("", scope or _in_hand.get()):
        return
    _armed.left -= 1
    if _armed.left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
