"""A broker with the product's own definitions, and dead letters in it, for the operator's commands."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import quote
from uuid import uuid4

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from chassis.messaging.topology import DEAD, OPERATOR
from chassis.security.tokens import new_key
from mypage.local.rabbitmq import PrivateRabbit

EVENT = "registration.account_activated.v1"
QUEUE = "identity.events"
DEAD_QUEUE = f"{QUEUE}.dead"
WAITING_ROOM = "mypage.retry.10s"
PASSWORDS = {
    user: f"{user}pw" for user in ("identity", "registration", "notification", "billing", "gateway", OPERATOR)
}


class Broker:
    """A virtual host as production has it."""

    def __init__(self, rabbit: PrivateRabbit, vhost: str) -> None:
        self.rabbit = rabbit
        self.vhost = vhost

    @property
    def environment(self) -> dict[str, str]:
        """What an operator's command is told."""
        return {"MYPAGE_OPERATOR_AMQP_URL": self.url(OPERATOR)}

    def url(self, user: str) -> str:
        """The address with that user's password."""
        return self.rabbit.url(user, quote(PASSWORDS[user]), self.vhost)

    async def bury(
        self,
        *bodies: bytes,
        message_id: object = None,
        type_name: str = EVENT,
        error: str = "Poison",
        by: str = "identity",
        publisher: str | None = "registration",
    ) -> list[str]:
        """Dead letters as identity's dispatcher makes them; returns their ids. `publisher` None: as that of
        the release before made them.
        """
        ids = [str(message_id or new_key()) for _ in bodies]
        async with await aio_pika.connect(self.url(by)) as connection:
            dead = await (await connection.channel()).get_exchange(DEAD, ensure=False)
            for id_, body in zip(ids, bodies, strict=True):
                message = aio_pika.Message(
                    body,
                    type=type_name,
                    message_id=id_,
                    headers={"x-attempt": 4, "x-error-type": error}
                    | ({} if publisher is None else {"x-publisher": publisher}),
                    content_type="application/json",
                    delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                    user_id=by,
                )
                await dead.publish(message, QUEUE)
        return ids

    async def lying(self, queue: str) -> int:
        """How many are ready in a queue."""
        async with await aio_pika.connect(self.url(OPERATOR)) as connection:
            declared = await (await connection.channel()).declare_queue(queue, passive=True)
            return declared.declaration_result.message_count or 0

    async def until_lying(self, queue: str, number: int) -> None:
        """Waits: what a closing channel puts back is there a moment later."""
        async with asyncio.timeout(30):
            while await self.lying(queue) != number:
                await asyncio.sleep(0.1)

    async def take(self, queue: str, user: str | None = None) -> list[AbstractIncomingMessage]:
        """Everything that is ready in a queue, for good. Without a user the administrator takes it: nobody
        else may read a waiting room.
        """
        taken: list[AbstractIncomingMessage] = []
        address = self.url(user) if user else self.rabbit.url(vhost=self.vhost)
        async with await aio_pika.connect(address) as connection:
            source = await (await connection.channel()).get_queue(queue, ensure=False)
            while (message := await source.get(fail=False)) is not None:
                await message.ack()
                taken.append(message)
        return taken

    async def back_at_work(self, number: int) -> list[AbstractIncomingMessage]:
        """So many messages out of the work queue, waiting as long as the waiting room keeps them and then
        some.
        """
        taken: list[AbstractIncomingMessage] = []
        async with asyncio.timeout(60):
            while len(taken) < number:
                taken += await self.take(QUEUE, "identity")
                await asyncio.sleep(0.1)
        return taken


def body(**changed: object) -> bytes:
    """An event's body, as identity could not handle it."""
    fields = {
        "registration_key": str(uuid4()),
        "activated_at": "2026-11-23T09:00:00Z",
        "account_id": "Taro-01",
    }
    return json.dumps(fields | changed).encode()
