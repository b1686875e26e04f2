"""When balancers and a roll-out may count on a gateway."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from gateway.readiness import Readiness


@dataclass
class Broker:
    """As a test wants it."""

    missing: str | None = None
    held_against_us: str | None = None

    def problem(self) -> str | None:
        return self.held_against_us or self.missing

    def refusal(self) -> str | None:
        return self.held_against_us


async def test_a_gateway_is_not_ready_before_it_could_ask_anybody() -> None:
    """First the log-in is missing, then the way back; a release that lacks either is not rolled out."""
    broker, hears = Broker(missing="the broker does not answer"), asyncio.Event()
    readiness = Readiness(broker, hears)
    assert await readiness.problem() == "the broker does not answer"
    broker.missing = None
    assert await readiness.problem() == "no queue for replies yet"
    hears.set()
    assert await readiness.problem() is None


async def test_a_broker_that_goes_away_takes_no_gateway_out_and_one_that_refuses_does() -> None:
    """Its pages say what is the matter; all of them at once behind a balancer would not."""
    broker, hears = Broker(), asyncio.Event()
    hears.set()
    readiness = Readiness(broker, hears)
    assert await readiness.problem() is None
    broker.missing = "the broker does not answer"
    hears.clear()
    assert await readiness.problem() is None
    broker.held_against_us = "the broker blocks publishers"
    assert await readiness.problem() == "the broker blocks publishers"
    broker.held_against_us = None
    assert await readiness.problem() is None
