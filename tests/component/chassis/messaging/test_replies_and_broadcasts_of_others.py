"""What lies in a process's reply queue counts only from the component that can say it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import aio_pika
import pytest
from support.hanging_billing import LISTED, QUERY, Billing, listening_client
from support.virtual_host import a_virtual_host

from chassis.messaging.message import Lane
from chassis.messaging.rabbit import RabbitBus
from chassis.messaging.rpc_client import RpcClient
from chassis.messaging.rpc_protocol import answer
from chassis.messaging.shared_messages import SHARED, together
from chassis.messaging.topology import BROADCAST, REPLIES, rpc_queue
from chassis.process.metrics import HANDLED
from messages.identity import SessionEnded
from messages.notification import MailAbandoned
from mypage.local.rabbitmq import PrivateRabbit

ENDED = SessionEnded(session_token_hash="a" * 64)
TYPE = SessionEnded.type_name
GOOD = ENDED.model_dump_json().encode()


class Wire:
    """A gateway, a service that it asks, and anybody's client."""

    def __init__(self, rabbit: PrivateRabbit, vhost: str) -> None:
        self._url = lambda user: rabbit.url(user, f"{user}pw", vhost)
        self.gateway, self.billing = RabbitBus(self._url("gateway")), RabbitBus(self._url("billing"))
        self.heard: list[Any] = []
        self.client = RpcClient(self.gateway, process="gateway")

    async def say(
        self, user: str, exchange: str, key: str, type_name: str, body: bytes, **properties: Any
    ) -> None:
        """With a client of our own, as that user."""
        async with await aio_pika.connect(self._url(user)) as connection:
            channel = await connection.channel(publisher_confirms=True)
            fields = {"message_id": str(uuid4()), "user_id": user, "content_type": "application/json"}
            message = aio_pika.Message(body, type=type_name, **(fields | properties))
            await (await channel.get_exchange(exchange, ensure=False)).publish(message, key)

    async def broadcast(
        self, user: str, type_name: str = TYPE, body: bytes = GOOD, **properties: Any
    ) -> None:
        """To every gateway."""
        await self.say(user, BROADCAST, "", type_name, body, **properties)


@pytest.fixture
async def wire(rabbit: PrivateRabbit) -> AsyncIterator[Wire]:
    """Everything listens."""
    vhost = await a_virtual_host(rabbit)
    found = Wire(rabbit, vhost)
    for bus in (found.gateway, found.billing):
        bus.start()
    found.client = await listening_client(found.gateway)
    found.client.on_broadcast(SessionEnded, found.heard.append)
    yield found
    await found.client.stop()
    for bus in (found.gateway, found.billing):
        await bus.close()
    await rabbit.api("DELETE", f"/api/vhosts/{vhost}")


def dropped(reason: str) -> float:
    """How many were, so far."""
    return float(HANDLED.labels("unknown", reason)._value.get())


BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "billing says it": ("ForgedSender", {"user": "billing"}),
    "notification says it": ("ForgedSender", {"user": "notification"}),
    "registration says it": ("ForgedSender", {"user": "registration"}),
    "nobody says it": ("ForgedSender", {"user": "identity", "user_id": None}),
    "named by a header": ("ForgedSender", {"user": "billing", "headers": {"x-publisher": "identity"}}),
    "a type of nobody": ("ForgedSender", {"user": "identity", "type_name": ""}),
    "an unknown type": ("UnknownType", {"user": "identity", "type_name": "identity.never_heard_of.v1"}),
    "no broadcast": (
        "UnknownType",
        {
            "user": "notification",
            "type_name": MailAbandoned.type_name,
            "body": MailAbandoned(registration_key=uuid4()).model_dump_json().encode(),
        },
    ),
    "unreadable": ("DoesNotFitItsType", {"user": "identity", "body": b"\xff"}),
    "too long": ("NoEnvelope", {"user": "identity", "body": b'"' + b"x" * 1024 * 1024 + b'"'}),
    "of another content type": ("NoEnvelope", {"user": "identity", "content_type": "text/html"}),
}


@pytest.mark.parametrize("kind", BAD)
async def test_a_broadcast_that_is_not_its_contexts_is_dropped_and_counted(wire: Wire, kind: str) -> None:
    """And the next one is heard."""
    reason, said = BAD[kind]
    before = dropped(reason)
    await wire.broadcast(**said)
    await wire.broadcast("identity")
    async with asyncio.timeout(30):
        while not wire.heard:
            await asyncio.sleep(0.02)
    assert wire.heard == [ENDED]
    assert dropped(reason) == before + 1


async def test_an_answer_counts_only_from_the_service_that_was_asked(wire: Wire) -> None:
    """Another one that knows the call's id changes nothing."""
    service = Billing(wire.billing)
    await wire.billing.consume(rpc_queue("billing", Lane.FAST), service, at_most=10)
    call = asyncio.create_task(wire.client.call(QUERY, within=60))
    asked = await asyncio.wait_for(service.in_hand.get(), 30)
    before = dropped("ForgedSender")
    for user in ("identity", "notification", "registration"):
        await wire.say(
            user,
            REPLIES,
            str(asked.message.reply_to),
            type(LISTED).type_name,
            LISTED.model_dump_json().encode(),
            correlation_id=asked.message.correlation_id,
        )
    async with asyncio.timeout(30):
        while dropped("ForgedSender") < before + 3:
            await asyncio.sleep(0.02)
    assert not call.done()
    await service.reply(asked)
    assert await call == LISTED


async def test_a_shared_answer_counts_only_from_the_service_that_was_asked(wire: Wire) -> None:
    """Each part of it; what cannot be taken apart is dropped as a whole."""
    service = Billing(wire.billing)
    await wire.billing.consume(rpc_queue("billing", Lane.FAST), service, at_most=10)
    call = asyncio.create_task(wire.client.call(QUERY, within=60))
    asked = await asyncio.wait_for(service.in_hand.get(), 30)
    forged, unreadable = dropped("ForgedSender"), dropped("DoesNotFitItsType")
    replies = together([answer(asked.message, LISTED), answer(asked.message, LISTED)])
    for user, body in (("identity", replies.body), ("billing", b"[{}]")):
        await wire.say(user, REPLIES, str(asked.message.reply_to), SHARED, body, correlation_id="any")
    async with asyncio.timeout(30):
        while dropped("ForgedSender") < forged + 2 or dropped("DoesNotFitItsType") < unreadable + 1:
            await asyncio.sleep(0.02)
    assert not call.done()
    await service.reply(asked)
    assert await call == LISTED
