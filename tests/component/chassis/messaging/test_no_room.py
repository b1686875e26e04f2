"""A dead queue or a waiting room that is full loses nothing: the event stays in hand until there is room."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import quote
from uuid import uuid4

import aio_pika
import pytest
from support.virtual_host import a_virtual_host

from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.message import Outgoing
from chassis.messaging.rabbit import RabbitBus
from chassis.messaging.topology import EVENTS, dead_queue, events_queue, retry_exchange
from chassis.process.metrics import NO_ROOM
from chassis.process.runner import Component, RunningComponent
from messages.notification import MailAbandoned
from mypage.local.rabbitmq import PrivateRabbit

NAME = MailAbandoned.type_name
GOOD = MailAbandoned(registration_key=uuid4()).model_dump_json().encode()
WORK = events_queue("registration").name


@pytest.fixture
async def vhost(rabbit: PrivateRabbit) -> AsyncIterator[str]:
    """As in production."""
    name = await a_virtual_host(rabbit)
    yield name
    await rabbit.api("DELETE", f"/api/vhosts/{name}")


async def let_no_more_in(rabbit: PrivateRabbit, vhost: str, queue: str, policy: dict[str, object]) -> None:
    """The limit of that queue is one byte from now on."""
    path = f"/api/policies/{vhost}/{quote(queue)}"
    document = {"pattern": f"^{queue}$", "apply-to": "queues", "priority": 9, "definition": policy}
    await rabbit.api("PUT", path, document)


@pytest.mark.parametrize(
    ("full", "exchange", "body"),
    [(dead_queue(WORK), "mypage.dead", b"bad"), (retry_exchange("10s"), "mypage.retry.10s", GOOD)],
    ids=["dead", "waiting"],
)
@pytest.mark.single_deliveries
async def test_an_event_that_finds_no_room_stays_in_hand_and_the_alarm_is_raised(
    rabbit: PrivateRabbit, vhost: str, full: str, exchange: str, body: bytes
) -> None:
    """It goes where it is to go as soon as there is room, and was delivered once."""
    tried: list[str] = []

    async def on_event(service: object, event: MailAbandoned, received: DeliveryInfo) -> None:
        tried.append(received.message_id)
        raise ZeroDivisionError

    policy: dict[str, object] = {"max-length": 0, "overflow": "reject-publish"}
    await let_no_more_in(rabbit, vhost, full, policy)
    await fill(rabbit, vhost, full)
    users = ("registration", "notification")
    buses = [RabbitBus(rabbit.url(user, f"{user}pw", vhost)) for user in users]
    for bus in buses:
        bus.start()
    running = RunningComponent(Component("registration", None, {MailAbandoned: on_event}), buses[0])
    running.start()
    async with asyncio.timeout(60):
        while await running.problem() or buses[1].problem():
            await asyncio.sleep(0.05)
    before = NO_ROOM.labels(exchange)._value.get()
    said = Outgoing(EVENTS, NAME, NAME, uuid4(), body, persistent=True)
    await buses[1].publish(said, within=5)
    async with asyncio.timeout(60):
        while NO_ROOM.labels(exchange)._value.get() < before + 3:
            await asyncio.sleep(0.05)
    assert len(tried) == (body == GOOD)
    await let_no_more_in(rabbit, vhost, full, {"max-length": 100})
    await until_taken(rabbit, vhost, full, str(said.message_id))
    assert len(tried) == (body == GOOD)
    await running.stop()
    for bus in buses:
        await bus.close()


async def fill(rabbit: PrivateRabbit, vhost: str, queue: str) -> None:
    """Until the broker refuses."""
    async with await aio_pika.connect(rabbit.url(vhost=vhost)) as connection:
        channel = await connection.channel(publisher_confirms=True)
        async with asyncio.timeout(60):
            while True:
                try:
                    await channel.default_exchange.publish(aio_pika.Message(b"x"), queue)
                except aio_pika.exceptions.DeliveryError:
                    return


async def until_taken(rabbit: PrivateRabbit, vhost: str, queue: str, message_id: str) -> None:
    """Waits until that message lies there; takes what lies there."""
    async with await aio_pika.connect(rabbit.url(vhost=vhost)) as connection, asyncio.timeout(60):
        source = await (await connection.channel()).get_queue(queue, ensure=False)
        while True:
            message = await source.get(fail=False, no_ack=True)
            if message is not None and message.message_id == message_id:
                return
            await asyncio.sleep(0 if message else 0.05)
