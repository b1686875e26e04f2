"""Deliveries as a broker may make them and rarely does, twice or in another order, over both transports."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

HELD_AT_MOST = 0.3  # seconds

Deliver = Callable[[Any], None]
Disturbance = Callable[[Deliver], Deliver]


def order_of(text: str) -> Disturbance:
    """The disturbance that `twice` or `shuffle:<group>:<seed>` names. Raises ValueError for anything else."""
    kind, _, rest = text.partition(":")
    if kind == "twice" and not rest:
        return twice
    if kind == "shuffle" and rest:
        group, _, seed = rest.partition(":")
        return lambda deliver: Shuffled(deliver, int(group), random.Random(int(seed))).take
    raise ValueError(text)


def disturb(dispatch: Any, disturbance: Disturbance) -> None:
    """From now on every component's consumer of events is disturbed, and that of requests by twins: a shuffle
    would only delay them.
    """
    original = dispatch.__init__

    @wraps(original)
    def init(self: Any, *arguments: Any, **options: Any) -> None:
        original(self, *arguments, **options)
        self.event = disturbance(self.event)
        if disturbance is twice:
            self.request = disturbance(self.request)

    dispatch.__init__ = init


def twice(deliver: Deliver) -> Deliver:
    """The handler gets each delivery, and at the same moment a twin of it.

    The twin's verdict goes nowhere: the original decides what becomes of the message, so nothing is lost that
    would not be lost otherwise. To the consumer the twin is what a broker sends after an ack was lost: the
    same message.
    """

    async def no_verdict() -> None:
        return None

    def both(delivery: Any) -> None:
        deliver(delivery)
        deliver(replace(delivery, ack=no_verdict, requeue=no_verdict))

    return both


class Shuffled:
    """Holds deliveries back until a group of them is there, or HELD_AT_MOST has passed, and hands them on in
    another order.
    """

    def __init__(self, deliver: Deliver, group: int, rng: random.Random) -> None:
        self._deliver = deliver
        self._group = group
        self._random = rng
        self._held: list[Any] = []
        self._timer: asyncio.TimerHandle | None = None

    def take(self, delivery: Any) -> None:
        """One more. What is held when the process dies was not acknowledged, and comes again."""
        self._held.append(delivery)
        if len(self._held) >= self._group:
            self._hand_on()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(HELD_AT_MOST, self._hand_on)

    def _hand_on(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        held, self._held = self._held, []
        self._random.shuffle(held)
        for delivery in held:
            self._deliver(delivery)
