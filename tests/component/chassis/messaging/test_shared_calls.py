"""Calls that share messages, through a real component on both transports: each keeps what is its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from chassis.messaging.bus import Bus, Delivery
from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.message import Incoming, Lane, Outgoing, message_type
from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import NoAnswer, RpcClient, ServiceFault
from chassis.messaging.rpc_protocol import FAILED, OUTCOME, READS_SHARED, answer
from chassis.messaging.shared_messages import SHARED
from chassis.messaging.topology import rpc_queue
from chassis.process.runner import Component, RunningComponent
from messages.billing import ChargesListed, ListCharges, RefusalCode, ShowStatement, StatementShown
from messages.values import BillingMonth

SEPTEMBER = BillingMonth(2026, 9)
PATIENT = 60.0  # seconds
CALLS = 40


class Spy:
    """A bus that remembers what was published over it."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.published: list[Outgoing] = []

    async def publish(self, message: Outgoing, *, within: float) -> None:
        """See `Bus.publish`. Lets others come meanwhile, also on the transport that takes no time."""
        self.published.append(message)
        await asyncio.sleep(0.01)
        await self._bus.publish(message, within=within)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bus, name)


class Office:
    """What the handlers below share: a door that is opened at some time."""

    def __init__(self) -> None:
        self.door = asyncio.Event()


async def list_charges(office: Office, query: ListCharges, received: DeliveryInfo) -> ChargesListed:
    """`wait` waits for the door; any other text comes back as the number of months."""
    if query.session_assertion == "wait":
        await office.door.wait()
        return ChargesListed(statements=(), listed_months=1, first_listed_month=SEPTEMBER)
    months = int(query.session_assertion)
    return ChargesListed(statements=(), listed_months=months, first_listed_month=SEPTEMBER)


async def show_statement(office: Office, query: ShowStatement, received: DeliveryInfo) -> StatementShown:
    """Refuses or breaks."""
    if query.session_assertion == "break":
        raise ZeroDivisionError
    raise Refusal(RefusalCode.STATEMENT_NOT_FOUND, retry_after_seconds=7)


@pytest.fixture
async def gateway_bus(bus_of: Any) -> Spy:
    """What the gateway publishes over."""
    return Spy(await bus_of("gateway"))


@pytest.fixture
async def client(gateway_bus: Spy) -> AsyncIterator[RpcClient]:
    """A caller that listens for its replies."""
    rpc = RpcClient(gateway_bus, process="gateway")
    await rpc.start()
    async with asyncio.timeout(PATIENT):
        await rpc.listening.wait()
    yield rpc
    await rpc.stop()


@pytest.fixture
async def billing_bus(bus_of: Any) -> Spy:
    """What billing publishes over."""
    return Spy(await bus_of("billing"))


@pytest.fixture
async def office(billing_bus: Spy, client: RpcClient) -> AsyncIterator[Office]:
    """Billing, at work."""
    office = Office()
    handlers = {ListCharges: list_charges, ShowStatement: show_statement}
    running = RunningComponent(Component("billing", office, handlers, callers=["gateway"]), billing_bus)
    running.start()
    async with asyncio.timeout(PATIENT):
        while await running.problem():
            await asyncio.sleep(0.01)
    yield office
    office.door.set()
    await running.stop()


def listing(text: object) -> ListCharges:
    """A call whose assertion is this text."""
    return ListCharges(session_assertion=str(text))


def types(spy: Spy) -> list[str]:
    """Of what was published."""
    return [message.type for message in spy.published]


async def test_calls_that_come_together_share_messages_and_each_gets_its_own_answer(
    client: RpcClient, office: Office, gateway_bus: Spy, billing_bus: Spy
) -> None:
    """Forty calls leave in four messages; their answers come in few."""
    answers = await asyncio.gather(
        *(client.call(listing(each), within=PATIENT) for each in range(1, CALLS + 1))
    )
    assert [each.listed_months for each in answers] == list(range(1, CALLS + 1))
    assert types(gateway_bus) == [ListCharges.type_name, SHARED, SHARED, SHARED]
    assert len(billing_bus.published) < CALLS / 4


async def test_a_call_that_comes_alone_is_as_it_always_was(
    client: RpcClient, office: Office, gateway_bus: Spy, billing_bus: Spy
) -> None:
    """Every release reads it."""
    for _ in range(3):
        await client.call(listing(1), within=PATIENT)
    assert types(gateway_bus) == [ListCharges.type_name] * 3
    assert types(billing_bus) == [ChargesListed.type_name] * 3


async def test_a_slow_call_holds_nobodys_answer_back(
    client: RpcClient, office: Office, gateway_bus: Spy
) -> None:
    """It is answered when the others were."""
    slow = [asyncio.create_task(client.call(listing("wait"), within=PATIENT)) for _ in range(3)]
    await asyncio.gather(*(client.call(listing(each), within=PATIENT) for each in range(1, 20)))
    assert SHARED in types(gateway_bus)
    assert not any(each.done() for each in slow)
    office.door.set()
    await asyncio.gather(*slow)


async def test_refusals_faults_and_deadlines_stay_each_ones_own(client: RpcClient, office: Office) -> None:
    """In one message, in one answer."""

    async def call(request: Any, within: float = PATIENT) -> object:
        try:
            return await client.call(request, within=within)
        except (Refusal, ServiceFault, NoAnswer) as error:
            return type(error)

    refused = ShowStatement(session_assertion="", billing_month=SEPTEMBER)
    broken = ShowStatement(session_assertion="break", billing_month=SEPTEMBER)
    outcomes = await asyncio.gather(
        call(listing(1)), call(refused), call(broken), call(listing("wait"), 1.0), call(listing(5))
    )
    assert outcomes[1:3] == [Refusal, ServiceFault]
    assert isinstance(outcomes[3], type)
    assert issubclass(outcomes[3], NoAnswer)
    assert [each.listed_months for each in (outcomes[0], outcomes[4])] == [1, 5]  # type: ignore[attr-defined]


async def test_a_caller_that_does_not_read_shared_answers_gets_none(
    office: Office, bus_of: Any, billing_bus: Spy
) -> None:
    """A gateway of the release before."""
    older = RpcClient(await bus_of("gateway"), process="gateway", shares=False)
    await older.start()
    await older.listening.wait()
    await asyncio.gather(*(older.call(listing(each), within=PATIENT) for each in range(1, 20)))
    assert types(billing_bus) == [ChargesListed.type_name] * 19
    await older.stop()


async def test_a_service_that_cannot_read_shared_messages_is_asked_again_one_by_one(
    client: RpcClient, bus_of: Any, gateway_bus: Spy
) -> None:
    """A release that stands beside this one answers what it does not know with a fault; for a while nobody
    shares, and nobody notices.
    """
    bus = await bus_of("billing")
    tasks = set()

    async def as_the_release_before(delivery: Delivery) -> None:
        asked = delivery.message
        assert READS_SHARED not in asked.headers or message_type(asked.type)
        known = message_type(asked.type) is not None
        reply = ChargesListed(statements=(), listed_months=1, first_listed_month=SEPTEMBER) if known else None
        await bus.publish(answer(asked, reply), within=5)
        await delivery.ack()

    def deliver(delivery: Delivery) -> None:
        tasks.add(asyncio.create_task(as_the_release_before(delivery)))

    consumer = await bus.consume(rpc_queue("billing", Lane.FAST), deliver, at_most=64)
    for _ in range(2):
        await asyncio.gather(*(client.call(listing(1), within=PATIENT) for _ in range(9)))
    assert types(gateway_bus) == [ListCharges.type_name, SHARED, *[ListCharges.type_name] * (8 + 9)]
    await consumer.cancel()


async def test_a_shared_message_that_nobody_can_read_is_answered_as_a_whole(
    client: RpcClient, office: Office, bus_of: Any
) -> None:
    """And breaks nothing: the next call is answered."""
    bus, heard = await bus_of("gateway"), asyncio.Queue[Incoming]()
    reply_to = client._replies.queue
    assert reply_to
    unreadable = Outgoing(
        "billing.rpc",
        "billing.rpc",
        SHARED,
        uuid4(),
        b'[{"type": 1}]',
        correlation_id="the whole",
        reply_to=reply_to.name,
    )
    client._replies._answer = lambda message, call_id: heard.put_nowait(message)  # type: ignore[method-assign]
    await bus.publish(unreadable, within=5)
    fault = await asyncio.wait_for(heard.get(), PATIENT)
    assert (fault.correlation_id, fault.headers[OUTCOME]) == ("the whole", FAILED)
    del client._replies._answer
    assert await client.call(listing(1), within=PATIENT)
