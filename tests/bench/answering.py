"""A billing that answers at once, in a process of its own: `python -m bench.answering AMQP_URL`."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.rabbit import RabbitBus
from chassis.process.lifetime import until_stopped
from chassis.process.runner import Component, RunningComponent
from chassis.process.runtime import fast_loop, settle_memory
from messages.billing import ChargesListed, ListCharges, ListedStatement
from messages.values import BillingMonth

_MONTHS = [BillingMonth(2026, 9).minus(n) for n in range(12)]
ANSWER = ChargesListed(
    statements=tuple(ListedStatement(billing_month=month, amount_yen=5500) for month in _MONTHS),
    listed_months=12,
    first_listed_month=BillingMonth(2020, 7),
)


async def list_charges(service: Any, query: ListCharges, received: DeliveryInfo) -> ChargesListed:
    """A year of charges."""
    return ANSWER


async def main(url: str) -> None:
    """Until it is told to stop."""
    bus = RabbitBus(url)
    bus.start()
    running = RunningComponent(
        Component("billing", None, {ListCharges: list_charges}, callers=["gateway"]), bus
    )
    running.start()
    await until_stopped()
    await running.stop()
    await bus.close()


if __name__ == "__main__":
    settle_memory()
    with asyncio.Runner(loop_factory=fast_loop()) as runner:
        runner.run(main(sys.argv[1]))
