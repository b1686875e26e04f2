"""The time that a request waits on its way is part of its budget: what comes too late costs no work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from support.hanging_billing import LISTED, QUERY

from chassis.messaging import rpc_protocol
from chassis.messaging.bus import Delivery
from chassis.messaging.dispatch import Dispatch
from chassis.messaging.memory import MemoryBus
from chassis.messaging.message import Incoming, Outgoing
from chassis.messaging.topology import Queue, QueueKind
from chassis.process.clock import monotonic
from chassis.process.metrics import exposition
from messages.billing import ListCharges
from messages.topology import TOPOLOGY

HERE = "gateway.reply.test"


class Caller:
    """A service that lists charges, and a caller whose requests were sent when it says."""

    def __init__(self, bus: MemoryBus) -> None:
        self.bus = bus
        self.handled: list[str] = []
        self.works_for = 0.0  # seconds
        self.dispatch = Dispatch(bus, None, {ListCharges: self._handle}, name="billing", callers=["gateway"])
        self.answers: asyncio.Queue[Incoming] = asyncio.Queue()

    async def _handle(self, service: Any, query: ListCharges, received: Any) -> Any:
        self.handled.append(received.message_id)
        await asyncio.sleep(self.works_for)
        return LISTED

    async def ask(
        self, *, ago: float, within: float = 3.0, ahead: float = 0.0, **headers: int | str
    ) -> str | int:
        """How a request ends that was sent so long ago by a clock that runs so far ahead of ours."""
        call_id = uuid4()
        sent = rpc_protocol.request(QUERY, call_id=call_id, reply_to=HERE, within=within, request_id=None)
        at = int((monotonic() - ago + ahead) * 1000)
        marked = {**sent.headers, rpc_protocol.SENT_MS: at, **headers}
        self.dispatch.request(delivery_of(replace(sent, headers=marked)))
        answer = await asyncio.wait_for(self.answers.get(), 30)
        assert answer.correlation_id == str(call_id)
        return answer.headers.get(rpc_protocol.OUTCOME, "answered")


def delivery_of(sent: Outgoing) -> Delivery:
    """As it comes from the queue."""

    async def settled() -> None:
        pass

    incoming = Incoming(
        queue="billing.rpc",
        type=sent.type,
        message_id=str(sent.message_id),
        body=sent.body,
        headers=sent.headers,
        correlation_id=sent.correlation_id,
        reply_to=sent.reply_to,
    )
    return Delivery(incoming, settled, settled)


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    """It has been heard once, so the service knows its usual way."""
    found = Caller(MemoryBus(TOPOLOGY))

    def heard(delivery: Any) -> None:
        found.answers.put_nowait(delivery.message)

    await found.bus.consume(Queue(HERE, QueueKind.REPLY, (("mypage.replies", HERE),)), heard, at_most=100)
    yield found
    await found.bus.close()


@pytest.mark.parametrize("ahead", [0.0, 600.0, -600.0, 1e6])
@pytest.mark.parametrize(
    ("ago", "outcome"), [(0.0, "answered"), (1.0, "answered"), (2.96, "late"), (3.5, "late"), (40.0, "late")]
)
@pytest.mark.single_deliveries
async def test_a_request_that_waited_for_its_whole_time_is_dropped_before_any_work(
    caller: Caller, ahead: float, ago: float, outcome: str
) -> None:
    """Whatever the two clocks say."""
    assert await caller.ask(ago=0.0, ahead=ahead) == "answered"
    before = len(caller.handled)
    assert await caller.ask(ago=ago, ahead=ahead, within=3.0 if outcome == "late" else 60.0) == outcome
    assert len(caller.handled) - before == (outcome == "answered")


@pytest.mark.single_deliveries
async def test_the_work_ends_when_what_the_queue_left_of_the_time_is_over(caller: Caller) -> None:
    """It is not given its whole time once more."""
    assert await caller.ask(ago=0.0) == "answered"
    caller.works_for = 600.0
    assert await caller.ask(ago=59.0, within=60.0) == "late"
    assert len(caller.handled) == 2


@pytest.mark.single_deliveries
async def test_a_backlog_of_late_requests_is_worked_off_without_work(caller: Caller) -> None:
    """The first that is in time is answered. What was dropped is counted."""
    assert await caller.ask(ago=0.0) == "answered"
    for _ in range(50):
        assert await caller.ask(ago=5.0) == "late"
    assert await caller.ask(ago=0.0) == "answered"
    assert len(caller.handled) == 2
    assert b'mypage_messages_handled_total{outcome="late",type="billing.list_charges.v1"}' in exposition()


@pytest.mark.parametrize("sent", ["", "soon", "12"])
@pytest.mark.single_deliveries
async def test_a_caller_that_does_not_say_when_it_asked_has_its_whole_time(caller: Caller, sent: str) -> None:
    """A gateway of the release before."""
    assert await caller.ask(ago=0.0) == "answered"
    assert await caller.ask(ago=99.0, **{rpc_protocol.SENT_MS: sent}) == "answered"
