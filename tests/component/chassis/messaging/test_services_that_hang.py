"""A service that does not answer costs its callers a few deadlines, and then nothing; a lost way back ends
the waiting at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from support.hanging_billing import LISTED, QUERY, Billing, listening_client

from chassis.messaging.breaker import MAX_IN_FLIGHT
from chassis.messaging.bus import Delivery
from chassis.messaging.lane_places import MOST_WAITING
from chassis.messaging.memory import MemoryBus
from chassis.messaging.message import Lane
from chassis.messaging.rpc_client import (
    BreakerOpen,
    GivenUp,
    NoAnswer,
    RepliesLost,
    RpcClient,
    ServiceDown,
    TooBusy,
)
from chassis.messaging.rpc_protocol import OutOfTime, answer
from chassis.messaging.topology import rpc_queue
from chassis.process.metrics import exposition
from messages.topology import TOPOLOGY


@pytest.fixture
async def billing(bus_of: Any) -> Billing:
    """A service that hangs."""
    service = Billing(await bus_of("billing"))
    await service.bus.consume(rpc_queue("billing", Lane.FAST), service, at_most=200)
    return service


@pytest.fixture
async def client(bus_of: Any) -> AsyncIterator[RpcClient]:
    """A caller."""
    bus = await bus_of("gateway")
    rpc = await listening_client(bus)
    yield rpc
    await rpc.stop()


async def test_after_five_deadlines_callers_hear_no_at_once_until_a_trial_call_is_answered(
    client: RpcClient, billing: Billing
) -> None:
    """F10. The refused calls never reach the service."""
    for _ in range(5):
        with pytest.raises(NoAnswer):
            await client.call(QUERY, within=0.3)
    seen = billing.in_hand.qsize()
    with pytest.raises(BreakerOpen):
        await client.call(QUERY, within=30)
    assert billing.in_hand.qsize() == seen
    assert b'mypage_breaker_open{lane="rpc",service="billing"} 1.0' in exposition()
    billing.answers_at_once = True
    async with asyncio.timeout(20):
        while True:
            try:
                assert await client.call(QUERY, within=5) == LISTED
                break
            except BreakerOpen:
                await asyncio.sleep(0.1)
    assert b'mypage_breaker_open{lane="rpc",service="billing"} 0.0' in exposition()


async def full_lane(client: RpcClient, billing: Billing) -> tuple[list[Any], list[Delivery]]:
    """As many calls under way as there are places."""
    calls = [asyncio.create_task(client.call(QUERY, within=120)) for _ in range(MAX_IN_FLIGHT)]
    return calls, [await asyncio.wait_for(billing.in_hand.get(), 20) for _ in range(MAX_IN_FLIGHT)]


async def test_calls_beyond_the_places_wait_for_their_turn_and_a_browser_that_hangs_up_makes_room(
    client: RpcClient, billing: Billing
) -> None:
    """64 places for each lane of a service; whoever came first goes first."""
    calls, deliveries = await full_lane(client, billing)
    waiting = [asyncio.create_task(client.call(QUERY, within=120)) for _ in range(3)]
    await asyncio.sleep(0.3)
    assert billing.in_hand.empty()
    waiting.pop(0).cancel()  # it hangs up while it waits: it takes no place
    calls.pop().cancel()
    deliveries.append(await asyncio.wait_for(billing.in_hand.get(), 20))
    await asyncio.sleep(0.3)
    assert billing.in_hand.empty()
    await billing.reply(deliveries.pop(0))
    deliveries.append(await asyncio.wait_for(billing.in_hand.get(), 20))
    for delivery in deliveries:
        await billing.reply(delivery)
    assert await asyncio.gather(*calls, *waiting) == [LISTED] * (MAX_IN_FLIGHT + 1)


async def test_more_than_may_wait_are_refused_at_once_and_who_waits_is_refused_in_time(
    client: RpcClient, billing: Billing
) -> None:
    """A turn that comes too late for the work is none."""
    calls, _ = await full_lane(client, billing)
    patient = [asyncio.create_task(client.call(QUERY, within=120)) for _ in range(MOST_WAITING - 1)]
    short = asyncio.create_task(client.call(QUERY, within=0.4))
    await asyncio.sleep(0.01)
    async with asyncio.timeout(30):
        with pytest.raises(TooBusy):
            await client.call(QUERY, within=120)
        with pytest.raises(TooBusy):
            await short
    assert billing.in_hand.empty()
    for call in (*calls, *patient):
        call.cancel()
    assert set(map(type, await asyncio.gather(*calls, *patient, return_exceptions=True))) == {
        asyncio.CancelledError
    }
    billing.answers_at_once = True
    assert await client.call(QUERY, within=30) == LISTED  # every place was given back


async def test_who_waits_for_a_turn_at_a_service_that_turns_out_dead_hears_so_at_once(
    client: RpcClient, billing: Billing
) -> None:
    """Those under way have found out."""
    under_way = [asyncio.create_task(client.call(QUERY, within=1)) for _ in range(MAX_IN_FLIGHT)]
    await asyncio.wait_for(billing.in_hand.get(), 20)
    waiting = [asyncio.create_task(client.call(QUERY, within=120)) for _ in range(MAX_IN_FLIGHT)]
    ended = await asyncio.wait_for(asyncio.gather(*under_way, return_exceptions=True), 30)
    assert set(map(type, ended)) == {NoAnswer}
    refused = await asyncio.gather(
        *(asyncio.wait_for(each, 30) for each in waiting[10:]), return_exceptions=True
    )
    assert set(map(type, refused)) == {BreakerOpen}
    for call in waiting:
        call.cancel()


async def test_a_service_that_is_late_and_says_so_is_not_taken_for_dead(
    client: RpcClient, billing: Billing
) -> None:
    """It gets fewer calls at once, and the next one is made and answered."""
    for _ in range(10):
        call = asyncio.create_task(client.call(QUERY, within=0.4))
        late = await asyncio.wait_for(billing.in_hand.get(), 10)
        with pytest.raises(NoAnswer):
            await call
        await billing.bus.publish(answer(late.message, OutOfTime()), within=5)
        await late.ack()
        await asyncio.sleep(0.1)
    billing.answers_at_once = True
    assert await client.call(QUERY, within=30) == LISTED


async def test_a_service_that_gives_up_in_time_is_believed(client: RpcClient, billing: Billing) -> None:
    """Nobody waits for a deadline that can only pass."""
    call = asyncio.create_task(client.call(QUERY, within=120))
    taken = await asyncio.wait_for(billing.in_hand.get(), 10)
    await billing.bus.publish(answer(taken.message, OutOfTime()), within=5)
    async with asyncio.timeout(30):
        with pytest.raises(GivenUp):
            await call
    await taken.ack()


async def test_a_reply_that_comes_too_late_is_dropped_and_the_next_call_gets_its_own(
    client: RpcClient, billing: Billing
) -> None:
    """Answers are matched by their correlation id, never by their order."""
    with pytest.raises(NoAnswer):
        await client.call(QUERY, within=0.3)
    late = await asyncio.wait_for(billing.in_hand.get(), 10)
    next_call = asyncio.create_task(client.call(QUERY, within=30))
    second = await asyncio.wait_for(billing.in_hand.get(), 10)
    await billing.reply(late)
    await asyncio.sleep(0.3)
    assert not next_call.done()
    await billing.reply(second)
    assert await next_call == LISTED


async def test_calls_under_way_end_when_the_client_stops(client: RpcClient, billing: Billing) -> None:
    """With a word that says that it may have been done."""
    waiting = asyncio.create_task(client.call(QUERY, within=60))
    await asyncio.wait_for(billing.in_hand.get(), 10)
    await client.stop()
    with pytest.raises(RepliesLost):
        await waiting
    with pytest.raises(ServiceDown):
        await client.call(QUERY, within=60)


async def test_calls_under_way_end_at_once_when_their_reply_queue_goes_and_the_next_call_has_a_new_one() -> (
    None
):
    """Nobody waits for a deadline that can only pass."""
    bus = MemoryBus(TOPOLOGY)
    billing, client = Billing(bus), await listening_client(bus)
    await bus.consume(rpc_queue("billing", Lane.FAST), billing, at_most=10)
    waiting = asyncio.create_task(client.call(QUERY, within=60))
    delivery = await asyncio.wait_for(billing.in_hand.get(), 10)
    bus.delete(str(delivery.message.reply_to))
    with pytest.raises(RepliesLost):
        await waiting
    billing.answers_at_once = True
    async with asyncio.timeout(10):
        while not client.listening.is_set():
            await asyncio.sleep(0.01)
    assert await client.call(QUERY, within=10) == LISTED
    await client.stop()
    await bus.close()
