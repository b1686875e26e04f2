"""A component that takes a second for each request, and says on its standard output when it begins and when
it has ended.
"""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

from chassis.messaging.rabbit import RabbitBus
from chassis.process.logs import set_up_logs
from chassis.process.runner import Component, RunningComponent
from messages.billing import ChargesListed, ListCharges
from messages.values import BillingMonth

TAKES = 1.0  # seconds
LISTED = ChargesListed(statements=(), listed_months=12, first_listed_month=BillingMonth(2020, 7))


async def list_charges(*_: Any) -> ChargesListed:
    """The one request."""
    os.write(1, b"began\n")
    await asyncio.sleep(TAKES)
    os.write(1, b"ended\n")
    return LISTED


async def work(url: str) -> None:
    """Until it is killed."""
    bus = RabbitBus(url)
    bus.start()
    RunningComponent(
        Component("billing", None, {ListCharges: list_charges}, callers=("gateway",)), bus
    ).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    set_up_logs("ERROR", stream=sys.stderr)
    asyncio.run(work(os.environ["SLOW_COMPONENT_AMQP_URL"]))
