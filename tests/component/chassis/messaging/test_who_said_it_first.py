"""The first publisher stays on a message through retries and redrives, and no component can name another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import aio_pika
import pytest
from aio_pika.exceptions import ChannelClosed
from support.virtual_host import USERS, a_virtual_host

from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.rabbit import RabbitBus
from chassis.messaging.topology import EVENTS, Queue, QueueKind, dead_queue, events_queue, retry_exchange
from chassis.process.runner import Component, RunningComponent
from messages.notification import MailAbandoned
from messages.topology import TOPOLOGY
from mypage.local.rabbitmq import PrivateRabbit

NAME = MailAbandoned.type_name
BODY = MailAbandoned(registration_key=uuid4()).model_dump_json().encode()
WORK = events_queue("registration").name


@pytest.fixture
async def vhost(rabbit: PrivateRabbit) -> AsyncIterator[str]:
    """As in production."""
    name = await a_virtual_host(rabbit)
    yield name
    await rabbit.api("DELETE", f"/api/vhosts/{name}")


async def publish(
    rabbit: PrivateRabbit,
    vhost: str,
    user: str,
    exchange: str,
    key: str,
    *,
    type_name: str = NAME,
    headers: dict[str, Any] | None = None,
) -> str:
    """With a client of our own; returns the message's id."""
    message_id = str(uuid4())
    async with await aio_pika.connect(rabbit.url(user, f"{user}pw", vhost)) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        message = aio_pika.Message(
            BODY,
            content_type="application/json",
            type=type_name,
            message_id=message_id,
            user_id=user,
            headers=headers or {},
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        await (await channel.get_exchange(exchange, ensure=False)).publish(message, key, mandatory=True)
    return message_id


class Listening:
    """Registration, whose handler fails the first time, and an operator who reads its dead letters."""

    def __init__(self, rabbit: PrivateRabbit, vhost: str) -> None:
        self.handled: asyncio.Queue[tuple[str, int]] = asyncio.Queue()
        self.dead: asyncio.Queue[Any] = asyncio.Queue()
        self.buses = [
            RabbitBus(rabbit.url(user, f"{user}pw", vhost)) for user in ("registration", "operator")
        ]
        component = Component("registration", None, {MailAbandoned: self._handle})
        self.running = RunningComponent(component, self.buses[0])

    async def _handle(self, service: object, event: MailAbandoned, received: DeliveryInfo) -> None:
        self.handled.put_nowait((received.message_id, received.attempt))
        if received.attempt == 1:
            raise ZeroDivisionError

    async def start(self) -> None:
        for bus in self.buses:
            bus.start()
        self.running.start()
        queue = Queue(dead_queue(WORK), QueueKind.WORK)
        await self.buses[1].consume(queue, self.dead.put_nowait, at_most=5)

    async def stop(self) -> None:
        await self.running.stop()
        for bus in self.buses:
            await bus.close()


@pytest.fixture
async def listening(rabbit: PrivateRabbit, vhost: str) -> AsyncIterator[Listening]:
    """Both at work."""
    found = Listening(rabbit, vhost)
    await found.start()
    yield found
    await found.stop()


@pytest.mark.single_deliveries
async def test_an_event_that_is_retried_is_still_its_publishers(
    rabbit: PrivateRabbit, vhost: str, listening: Listening
) -> None:
    """It comes again from the waiting room, and is believed."""
    said = await publish(rabbit, vhost, "notification", EVENTS, NAME)
    async with asyncio.timeout(60):
        assert [await listening.handled.get() for _ in range(2)] == [(said, 1), (said, 2)]
    assert listening.dead.empty()


def named(publisher: str | None) -> dict[str, Any]:
    """The headers of a copy that names this publisher, or none."""
    return {"x-attempt": 2} | ({} if publisher is None else {"x-publisher": publisher})


async def test_no_component_can_say_in_anothers_name_through_a_waiting_room(
    rabbit: PrivateRabbit, vhost: str, listening: Listening
) -> None:
    """Whatever name it writes on it. The dead letter keeps the liar's own."""
    names, room = (None, "notification", "registration", "operator", ""), retry_exchange("10s")
    forged = {
        await publish(rabbit, vhost, liar, room, WORK, headers=named(name)): liar
        for liar in ("billing", "identity")
        for name in names
    }
    found = {}
    async with asyncio.timeout(60):
        while len(found) < len(forged):
            letter = await listening.dead.get()
            assert letter.message.headers["x-error-type"] == "ForgedSender"
            found[letter.message.message_id] = letter.message.headers["x-publisher"]
            await letter.ack()
    assert found == forged
    assert listening.handled.empty()


async def test_what_an_operator_puts_back_is_judged_by_who_said_it_first(
    rabbit: PrivateRabbit, vhost: str, listening: Listening
) -> None:
    """The operator's own name makes nothing true."""
    names, room = ("notification", None, "billing", "operator", "registration", ""), retry_exchange("10s")
    back = [await publish(rabbit, vhost, "operator", room, WORK, headers=named(name)) for name in names]
    believed, refused = set(), set()
    async with asyncio.timeout(60):
        while len(believed) + len(refused) < len(back):
            if not listening.dead.empty():
                letter = listening.dead.get_nowait()
                refused.add(letter.message.message_id)
                await letter.ack()
            if not listening.handled.empty():
                believed.add(listening.handled.get_nowait()[0])
            await asyncio.sleep(0.05)
    assert (believed, refused) == (set(back[:2]), set(back[2:]))


async def test_a_name_that_fits_the_key_and_not_the_type_is_forged(
    rabbit: PrivateRabbit, vhost: str, listening: Listening
) -> None:
    """The broker knows keys only, so the consumer looks at the type."""
    key = "identity.account_closed.v1"
    forged = await publish(rabbit, vhost, "identity", EVENTS, key, type_name=NAME)
    async with asyncio.timeout(60):
        letter = await listening.dead.get()
    assert (letter.message.message_id, letter.message.headers["x-error-type"]) == (forged, "ForgedSender")
    await letter.ack()


@pytest.mark.parametrize("user", USERS)
async def test_the_broker_takes_of_each_component_events_of_its_own_names_only(
    rabbit: PrivateRabbit, vhost: str, user: str
) -> None:
    """Every event that anybody hears, and names close to them."""
    heard = {event.type_name for events in TOPOLOGY.subscriptions.values() for event in events}
    taken = set()
    others = (f"x{user}.event.v1", f"{user}x.event.v1", user, "", "#")
    for key in (*sorted(heard), *others):
        with suppress(ChannelClosed):
            await publish(rabbit, vhost, user, EVENTS, key, type_name=key)
            taken.add(key)
    assert taken == {key for key in heard if key.startswith(f"{user}.")}
    with pytest.raises(ChannelClosed, match="ACCESS_REFUSED"):
        await publish(rabbit, vhost, user, EVENTS, "other.event.v1")
