"""Requests through a real component on both transports: answers, refusals, faults, deadlines, and events that
fail.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.message import Outgoing
from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import NoAnswer, RpcClient, ServiceDown, ServiceFault
from chassis.messaging.topology import EVENTS, Queue, QueueKind, dead_queue
from chassis.process.runner import Component, RunningComponent
from messages.billing import ChargesListed, ListCharges, RefusalCode, ShowStatement, StatementShown
from messages.notification import MailAbandoned
from messages.values import BillingMonth

SEPTEMBER = BillingMonth(2026, 9)
TOGETHER = "together"
OVERLAPPING = 10
PATIENT = 60.0  # seconds: the deadline of a call that is to end long before it
AT_ONCE = 30.0  # seconds, too many for any machine and half of that deadline


async def list_charges(service: Any, query: ListCharges, received: DeliveryInfo) -> ChargesListed:
    """Waits as long as the assertion says, or for nine others, then answers."""
    if query.session_assertion == TOGETHER:
        await service.wait()
    else:
        await asyncio.sleep(float(query.session_assertion))
    return ChargesListed(statements=(), listed_months=12, first_listed_month=BillingMonth(2020, 7))


async def show_statement(service: Any, query: ShowStatement, received: DeliveryInfo) -> StatementShown:
    """Refuses or breaks."""
    if query.session_assertion == "break":
        raise ZeroDivisionError
    raise Refusal(RefusalCode.STATEMENT_NOT_FOUND, retry_after_seconds=7)


@pytest.fixture
async def client(bus_of: Any) -> AsyncIterator[RpcClient]:
    """A caller that listens for its replies."""
    rpc = RpcClient(await bus_of("gateway"), process="gateway")
    await rpc.start()
    while not rpc.listening.is_set():
        await asyncio.sleep(0.01)
    yield rpc
    await rpc.stop()


@pytest.fixture
async def billing(bus_of: Any, client: RpcClient) -> AsyncIterator[RunningComponent]:
    """A service that answers."""
    component = Component(
        "billing",
        asyncio.Barrier(OVERLAPPING),
        {ListCharges: list_charges, ShowStatement: show_statement},
        callers=["gateway"],
    )
    running = RunningComponent(component, await bus_of("billing"))
    running.start()
    while await running.problem():
        await asyncio.sleep(0.01)
    yield running
    await running.stop()


async def test_calls_overlap(client: RpcClient, billing: RunningComponent) -> None:
    """None of them is answered before all of them are in hand."""
    answers = await asyncio.gather(
        *(client.call(ListCharges(session_assertion=TOGETHER), within=PATIENT) for _ in range(OVERLAPPING))
    )
    assert len(answers) == OVERLAPPING


async def test_a_refusal_arrives_as_a_refusal(client: RpcClient, billing: RunningComponent) -> None:
    """With its code and its waiting time."""
    with pytest.raises(Refusal) as refused:
        await client.call(ShowStatement(session_assertion="", billing_month=SEPTEMBER), within=5)
    assert (refused.value.code, refused.value.retry_after_seconds) == ("billing.statement_not_found", 7)


async def test_a_fault_of_the_service_is_told_at_once(client: RpcClient, billing: RunningComponent) -> None:
    """The caller does not wait for its deadline."""
    async with asyncio.timeout(AT_ONCE):
        with pytest.raises(ServiceFault):
            await client.call(
                ShowStatement(session_assertion="break", billing_month=SEPTEMBER), within=PATIENT
            )


async def test_a_call_ends_at_its_deadline(client: RpcClient, billing: RunningComponent) -> None:
    """A late reply is dropped, and the next call is answered."""
    with pytest.raises((NoAnswer, ServiceFault)):
        await client.call(ListCharges(session_assertion="1"), within=0.3)
    assert await client.call(ListCharges(session_assertion="0"), within=5)


async def test_a_call_to_a_service_that_is_down_fails_at_once(client: RpcClient) -> None:
    """Nobody there: no deadline is waited for."""
    async with asyncio.timeout(AT_ONCE):
        with pytest.raises(ServiceDown):
            await client.call(ListCharges(session_assertion="0"), within=PATIENT)


async def test_an_unreadable_event_goes_to_the_dead_and_the_next_one_is_handled(bus_of: Any) -> None:
    """Poison is not retried and blocks nobody."""
    handled: list[str] = []

    async def on_event(service: Any, event: Any, received: DeliveryInfo) -> None:
        handled.append(received.message_id)

    running = RunningComponent(
        Component("registration", None, {MailAbandoned: on_event}), await bus_of("registration")
    )
    running.start()
    sender, dead = await bus_of("notification"), asyncio.Queue[Any]()
    name = MailAbandoned.type_name
    bad = Outgoing(EVENTS, name, name, uuid4(), b"not json", persistent=True)
    good = Outgoing(
        EVENTS,
        name,
        name,
        uuid4(),
        MailAbandoned(registration_key=uuid4()).model_dump_json().encode(),
        persistent=True,
    )
    await sender.publish(bad, within=5)
    await sender.publish(good, within=5)
    operator = await bus_of("operator")
    await operator.consume(
        Queue(dead_queue("registration.events"), QueueKind.WORK), dead.put_nowait, at_most=5
    )
    dead_letter = await asyncio.wait_for(dead.get(), 10)
    assert dead_letter.message.message_id == str(bad.message_id)
    assert dead_letter.message.headers["x-error-type"] == "DoesNotFitItsType"
    await dead_letter.ack()
    while not handled:
        await asyncio.sleep(0.01)
    assert set(handled) == {str(good.message_id)}
    await running.stop()


async def test_an_event_whose_handler_fails_comes_again_with_a_higher_attempt(bus_of: Any) -> None:
    """The first rung of the ladder is ten seconds."""
    attempts: list[int] = []

    async def on_event(service: Any, event: Any, received: DeliveryInfo) -> None:
        attempts.append(received.attempt)
        if received.attempt == 1:
            raise ZeroDivisionError

    running = RunningComponent(
        Component("registration", None, {MailAbandoned: on_event}), await bus_of("registration")
    )
    running.start()
    sender = await bus_of("notification")
    name = MailAbandoned.type_name
    body = MailAbandoned(registration_key=uuid4()).model_dump_json().encode()
    await sender.publish(Outgoing(EVENTS, name, name, uuid4(), body, persistent=True), within=5)
    async with asyncio.timeout(25):
        while 2 not in attempts:
            await asyncio.sleep(0.1)
    assert set(attempts) == {1, 2}
    await running.stop()
