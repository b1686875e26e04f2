"""The rule of how long to wait for identity's answer to an activation, before it is told again (K17 of
docs/states.md).
"""

from __future__ import annotations

from datetime import timedelta

FIRST_REDRIVE = timedelta(seconds=60)
REDRIVES_BEFORE_ALARM = 3
_SHORTEST_REDRIVE, _LONGEST_REDRIVE = timedelta(seconds=10), timedelta(minutes=10)


def redrive_delay(redrives: int) -> timedelta:
    """How long to wait for identity after telling it again for the `redrives`-th time: 10 s, doubled each
    time, at most 10 min (K17).
    """
    return min(_SHORTEST_REDRIVE * (1 << min(redrives - 1, 10)), _LONGEST_REDRIVE)
