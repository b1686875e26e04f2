"""How a page asks a service: the call, and how long a customer waits for its answer."""

from __future__ import annotations

from typing import Protocol

from chassis.messaging.message import Answer, Request

USUAL_WAIT = 3.0  # seconds until a page gives up
LIST_WAIT = 2.0
SHORT_WAIT = 1.5  # for what a page can do without


class Calls(Protocol):
    """What asks a service and waits for the answer."""

    async def call(self, request: Request[Answer], *, within: float) -> Answer:
        """The answer, within that many seconds. Raises Refusal (an expected no) and ServiceTrouble."""
