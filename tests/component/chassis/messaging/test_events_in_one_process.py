"""The in-process transport loses nothing: a row stays in the outbox until whoever hears its event has
committed.
"""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from support.deliveries import Seen

from chassis.messaging import memory
from chassis.messaging.dispatch import Dispatch
from chassis.messaging.memory import MemoryBus
from chassis.messaging.outbox import Outbox, Relay, waiting
from chassis.messaging.topology import events_queue
from messages.identity import AccountCreated
from messages.notification import MailAbandoned
from messages.topology import TOPOLOGY

REGISTRATION = events_queue("registration")


class OneProcess:
    """An outbox, a bus and whoever hears; `die` leaves nothing but the database."""

    def __init__(self, database: Any) -> None:
        self.database = database
        self.die()

    def die(self) -> None:
        """As with SIGKILL, or a power cut."""
        self.outbox, self.bus = Outbox(self.database), MemoryBus(TOPOLOGY)
        self.relay = Relay(self.outbox, self.bus)

    async def say(self, count: int = 1) -> None:
        """So many events are committed and relayed."""
        async with self.database.transaction() as tx:
            for _ in range(count):
                await self.outbox.add(tx, MailAbandoned(registration_key=uuid4()))
        await self.relay.relay_once()

    async def rows(self) -> int:
        """What the outbox holds after the relay has looked once more."""
        await self.relay.relay_once()
        async with self.database.transaction() as tx:
            return (await waiting(tx)).rows

    async def listen(self) -> Seen:
        """Somebody hears registration's events from now on."""
        seen = Seen()
        await self.bus.consume(REGISTRATION, seen, at_most=50)
        return seen


@pytest.fixture
async def process(fresh_database: Any) -> OneProcess:
    """With a database of the chassis' own tables."""
    return OneProcess(await fresh_database("chassis"))


async def test_a_row_goes_when_the_event_is_acknowledged_and_not_before(process: OneProcess) -> None:
    """Published, delivered, in hand: it stays."""
    await process.say()
    assert await process.rows() == 1
    delivery = await (await process.listen()).next()
    assert await process.rows() == 1
    await delivery.ack()
    assert await process.rows() == 0


@pytest.mark.parametrize("heard", [0, 1, 3])
async def test_what_nobody_had_committed_is_said_again_after_a_death(process: OneProcess, heard: int) -> None:
    """Whether it waited or was in somebody's hand; under the same id, which the inbox knows."""
    await process.say(3)
    seen = await process.listen()
    deliveries = [await seen.next() for _ in range(3)]
    for delivery in deliveries[:heard]:
        await delivery.ack()
    await process.rows()
    process.die()
    await process.relay.relay_once()
    again = {message.message_id for message in process.bus.waiting_in("registration.events")}
    assert again == {delivery.message.message_id for delivery in deliveries[heard:]}


async def test_one_event_in_hand_holds_up_no_other_and_is_not_published_twice(process: OneProcess) -> None:
    """The relay goes on, and asks for its row no more."""
    await process.say()
    seen = await process.listen()
    stuck = await seen.next()
    for _ in range(3):
        await process.say()
        await (await seen.next()).ack()
    assert await process.rows() == 1
    assert await seen.nothing_for(0.2)
    await stuck.ack()
    assert await process.rows() == 0


@pytest.mark.single_deliveries
async def test_an_event_that_is_put_off_keeps_its_row(
    process: OneProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy in the waiting room is all that there is of it; acknowledged at last, the row goes."""
    monkeypatch.setattr(memory, "RETRY_DELAYS", {"10s": 1.0})
    process.die()
    tries = 0

    async def fails_once(service: object, event: MailAbandoned, received: Any) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise ZeroDivisionError

    dispatch = Dispatch(process.bus, None, {MailAbandoned: fails_once}, name="registration")
    await process.bus.consume(REGISTRATION, dispatch.event, at_most=5)
    await process.say()
    async with asyncio.timeout(20):
        while tries == 0:
            await asyncio.sleep(0.01)
        while tries == 1:
            assert await process.rows() == 1
        while await process.rows():
            await asyncio.sleep(0.01)
    assert tries == 2


async def test_an_event_that_several_hear_stays_until_all_have(process: OneProcess) -> None:
    """Registration and notification both hear of an account."""
    listeners = [Seen(), Seen()]
    for name, seen in zip(("registration", "notification"), listeners, strict=True):
        await process.bus.consume(events_queue(name), seen, at_most=5)
    async with process.database.transaction() as tx:
        await tx.execute(
            """
            INSERT INTO outbox (message_id, type, exchange, routing_key, mandatory, body)
            VALUES (gen_random_uuid(), $1, 'mypage.events', $1, true, '{}')
            """,
            AccountCreated.type_name,
        )
    await process.relay.relay_once()
    first, second = [await seen.next() for seen in listeners]
    await first.ack()
    assert await process.rows() == 1
    await second.ack()
    assert await process.rows() == 0


async def test_a_requeued_event_keeps_its_row(process: OneProcess) -> None:
    """It was given back, not done."""
    await process.say()
    seen = await process.listen()
    await (await seen.next()).requeue()
    assert await process.rows() == 1
    await (await seen.next()).ack()
    assert await process.rows() == 0
