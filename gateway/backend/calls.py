"""How a page asks a service: the call, and how long a customer waits for its answer."""

from __future__ import annotations

from typing import Protocol

from chassis.messaging.message import Answer, Request

# Seconds until a page gives up. A database that is 100 ms away each way costs 0.2 for each round trip, and a
# new connection to it 1.0 more (tests/component/test_round_trips.py).
USUAL_WAIT = 5.0
REGISTER_WAIT = 8.0  # what makes the most of them
LIST_WAIT = 3.0
SHORT_WAIT = 3.0  # for what a page can do without


class Calls(Protocol):
    """What asks a service and waits for the answer."""

    async def call(self, request: Request[Answer], *, within: float) -> Answer:
        """The answer, within that many seconds. Raises Refusal (an expected no) and ServiceTrouble."""
