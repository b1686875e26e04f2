"""Whatever is put into a work queue of a real broker: it ends among the dead with a class of reason, and the
next one is handled (F14).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aio_pika
import pytest
from support.virtual_host import a_virtual_host

from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.rabbit import RabbitBus
from chassis.messaging.topology import EVENTS, Queue, QueueKind, dead_queue, events_queue
from chassis.process.runner import Component, RunningComponent
from messages.notification import MailAbandoned
from mypage.local.rabbitmq import PrivateRabbit

NAME = MailAbandoned.type_name
BODY = MailAbandoned(registration_key=uuid4()).model_dump_json().encode()
CANARY = "canary-4711"


@dataclass(frozen=True)
class Bad:
    """One envelope that is not right, or not from whom it must be."""

    reason: str
    body: bytes = BODY
    type: str = NAME
    content_type: str = "application/json"
    message_id: str = field(default_factory=lambda: str(uuid4()))
    user: str = "notification"


BAD = {
    "undecodable": Bad("DoesNotFitItsType", body=b"\xff\xfe" + CANARY.encode()),
    "wrong fields": Bad("DoesNotFitItsType", body=f'{{"registration_key": "{CANARY}"}}'.encode()),
    "unknown type": Bad("UnknownType", type="notification.never_heard_of.v1"),
    "version 99": Bad("UnknownType", type=NAME.replace(".v1", ".v99")),
    "1 MiB": Bad("NoEnvelope", body=b'{"registration_key": "' + CANARY.encode() * 95_326 + b'"}'),
    "wrong content type": Bad("NoEnvelope", content_type="application/x-pickle"),
    "bad message id": Bad("NoEnvelope", message_id=CANARY),
}


@pytest.fixture
async def vhost(rabbit: PrivateRabbit) -> AsyncIterator[str]:
    """As in production."""
    name = await a_virtual_host(rabbit)
    yield name
    await rabbit.api("DELETE", f"/api/vhosts/{name}")


async def put(rabbit: PrivateRabbit, vhost: str, bad: Bad) -> None:
    """Publishes it as it is, with a client of our own."""
    async with await aio_pika.connect(rabbit.url(bad.user, f"{bad.user}pw", vhost)) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        message = aio_pika.Message(
            bad.body,
            content_type=bad.content_type,
            type=bad.type,
            message_id=bad.message_id,
            user_id=bad.user,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        exchange = await channel.get_exchange(EVENTS, ensure=False)
        await exchange.publish(message, NAME, mandatory=True)


@pytest.mark.parametrize("kind", BAD)
async def test_bad_input_ends_among_the_dead_and_the_next_message_is_handled(
    rabbit: PrivateRabbit, vhost: str, kind: str
) -> None:
    """The headers say why, and nothing of the content."""
    bad, handled, dead = BAD[kind], asyncio.Queue[str](), asyncio.Queue[Any]()

    async def on_event(service: object, event: MailAbandoned, received: DeliveryInfo) -> None:
        handled.put_nowait(received.message_id)

    buses = [RabbitBus(rabbit.url(user, f"{user}pw", vhost)) for user in ("registration", "operator")]
    for bus in buses:
        bus.start()
    running = RunningComponent(Component("registration", None, {MailAbandoned: on_event}), buses[0])
    running.start()
    await put(rabbit, vhost, bad)
    good = Bad("")
    await put(rabbit, vhost, good)
    await buses[1].consume(
        Queue(dead_queue(events_queue("registration").name), QueueKind.WORK), dead.put_nowait, at_most=5
    )
    async with asyncio.timeout(30):
        assert await handled.get() == good.message_id
        dead_letter = await dead.get()
    assert dead_letter.message.headers["x-error-type"] == bad.reason
    assert dead_letter.message.body == bad.body
    assert CANARY not in repr(dict(dead_letter.message.headers))
    assert {handled.get_nowait() for _ in range(handled.qsize())} <= {
        good.message_id
    }  # once more is allowed: it is at-least-once
    await dead_letter.ack()
    for part in (running.stop(), *(bus.close() for bus in buses)):
        await part
