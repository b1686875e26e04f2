"""One suite for both transports: deliveries in hand, given back, and left by a consumer that ends."""

from __future__ import annotations

from typing import Any

from support.deliveries import IDENTITY, Seen, an_event

from chassis.messaging.memory import MemoryBus


async def test_no_more_than_the_agreed_number_is_in_hand(bus_of: Any) -> None:
    """Prefetch is respected; each acknowledgement lets one more in."""
    sender = await bus_of("registration")
    receiver = await bus_of("identity")
    seen = Seen()
    await receiver.consume(IDENTITY, seen, at_most=2)
    for _ in range(3):
        await sender.publish(an_event(), within=5)
    first = await seen.next()
    second = await seen.next()
    assert await seen.nothing_for(0.3)
    await first.ack()
    await seen.acknowledge_next()
    await second.ack()


async def test_a_requeued_message_comes_again(bus_of: Any) -> None:
    """At least once."""
    sender = await bus_of("registration")
    receiver = await bus_of("identity")
    seen = Seen()
    await receiver.consume(IDENTITY, seen, at_most=5)
    await sender.publish(an_event(), within=5)
    first = await seen.next()
    await first.requeue()
    second = await seen.next()
    assert second.message.message_id == first.message.message_id
    await second.ack()


async def test_what_a_killed_consumer_held_comes_again(bus_of: Any) -> None:
    """Its process died with two in hand; another one gets both."""
    sender = await bus_of("registration")
    receiver = await bus_of("identity")
    seen = Seen()
    other = Seen()
    consumer = await receiver.consume(IDENTITY, seen, at_most=5)
    sent = [an_event(), an_event()]
    for each in sent:
        await sender.publish(each, within=5)
    held = await seen.next_two()
    await (consumer.kill() if isinstance(receiver, MemoryBus) else receiver.close())
    assert not consumer.is_live
    successor = await bus_of("identity")
    await successor.consume(IDENTITY, other, at_most=5)
    again = await other.next_two()
    assert {each.message.message_id for each in again} == {str(each.message_id) for each in sent}
    await held[0].ack()  # the dead cannot take it away from the living
    for each in again:
        await each.ack()
    assert await other.nothing_for(0.3)


async def test_a_cancelled_consumer_gets_nothing_new_and_may_finish_what_it_holds(bus_of: Any) -> None:
    """This is how a process ends without doing anything twice."""
    sender = await bus_of("registration")
    receiver = await bus_of("identity")
    seen = Seen()
    next_one = Seen()
    consumer = await receiver.consume(IDENTITY, seen, at_most=5)
    await sender.publish(an_event(), within=5)
    in_hand = await seen.next()
    assert consumer.is_live
    await consumer.cancel()
    assert not consumer.is_live
    later = an_event()
    await sender.publish(later, within=5)
    assert await seen.nothing_for(0.3)
    await in_hand.ack()
    await receiver.consume(IDENTITY, next_one, at_most=5)
    delivery = await next_one.next()
    assert delivery.message.message_id == str(later.message_id)
    await delivery.ack()
    assert await next_one.nothing_for(0.3)
