"""Whether balancers and a roll-out may count on this gateway."""

from __future__ import annotations

import asyncio
from typing import Protocol


class Broker(Protocol):
    """What is asked of the bus."""

    def problem(self) -> str | None:
        """Anything that is missing."""

    def refusal(self) -> str | None:
        """Only what a broker that is there holds against us."""


class Readiness:
    """Not before the services could be asked for the first time, so that no release is rolled out that cannot
    log in; and not while the broker takes nothing from us.

    A broker that is away makes nobody unready who has worked: all gateways would be taken out at once, and
    their pages say what is the matter better than a balancer does. Nor do services: each page says which of
    them is missing.
    """

    def __init__(self, broker: Broker, hears_replies: asyncio.Event) -> None:
        self._broker = broker
        self._hears_replies = hears_replies
        self._has_worked = False

    async def problem(self) -> str | None:
        """For the readiness page."""
        if self._has_worked:
            return self._broker.refusal()
        if problem := self._broker.problem():
            return problem
        if not self._hears_replies.is_set():
            return "no queue for replies yet"
        self._has_worked = True
        return None
