"""The bus itself: confirmed publishes on one connection, subscriptions on the other."""

from __future__ import annotations

import asyncio

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import ChannelNotFoundEntity, DeliveryError, PublishError
from yarl import URL

from chassis.bus import BusDown, Deliver, Rejected, Unknown, Unroutable
from chassis.message import Outgoing
from chassis.rabbit.consuming import RabbitConsumer
from chassis.rabbit.link import CONNECTION_TROUBLE, Link
from chassis.topology import Queue


class RabbitBus:
    """A `Bus` over RabbitMQ. `start()` returns at once; connections come when the broker is there, and come back when it returns."""

    def __init__(self, url: str) -> None:
        self._user = URL(url).user or "guest"
        self._publishing = Link(url, "publish")
        self._consuming = Link(url, "consume", self._restore)
        self._subscriptions: list[RabbitConsumer] = []
        self._channel: AbstractChannel | None = None
        self._opening = asyncio.Lock()
        self._setting_up: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begins to connect."""
        self._publishing.start()
        self._consuming.start()

    async def publish(self, message: Outgoing, *, within: float) -> None:
        """See `Bus.publish`."""
        left = False
        try:
            async with asyncio.timeout(within):
                channel = await self._publish_channel()
                left = True
                if message.exchange:
                    exchange = await channel.get_exchange(message.exchange, ensure=False)
                else:
                    exchange = channel.default_exchange
                await exchange.publish(_outgoing(message, self._user), message.routing_key, mandatory=message.mandatory)
        except PublishError:
            raise Unroutable(message.routing_key) from None
        except DeliveryError:
            self._drop_channel()
            raise Rejected(message.routing_key) from None
        except ChannelNotFoundEntity:
            self._drop_channel()
            raise Unroutable(message.exchange) from None
        except TimeoutError:
            self._drop_channel()
            raise (Unknown if left else BusDown)(message.routing_key) from None
        except CONNECTION_TROUBLE:
            self._drop_channel()
            raise BusDown(message.routing_key) from None

    async def _publish_channel(self) -> AbstractChannel:
        async with self._opening:
            connection = self._publishing.connection
            if connection is None or connection.is_closed:
                raise BusDown("no connection")
            if self._channel is None or self._channel.is_closed:
                self._channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            return self._channel

    def _drop_channel(self) -> None:
        """Some brokers refuse a channel for good after one bad publish (ADR 0001): the next publish opens a fresh one."""
        channel, self._channel = self._channel, None
        if channel is not None and not channel.is_closed:
            closing = asyncio.ensure_future(channel.close())
            closing.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def consume(self, queue: Queue, deliver: Deliver, *, at_most: int) -> RabbitConsumer:
        """See `Bus.consume`."""
        consumer = RabbitConsumer(queue, deliver, at_most)
        self._subscriptions.append(consumer)
        if self._consuming.connection is not None:
            setting_up = asyncio.create_task(consumer.set_up(self._consuming.connection))
            self._setting_up.add(setting_up)
            setting_up.add_done_callback(self._setting_up.discard)
        await consumer.live.wait()
        return consumer

    async def _restore(self, connection: AbstractConnection) -> None:
        living = [each for each in self._subscriptions if not each.cancelled]
        await asyncio.gather(*(each.set_up(connection) for each in living))

    def problem(self) -> str | None:
        """See `Bus.problem`."""
        if self._publishing.connection is None or self._consuming.connection is None:
            return "the broker does not answer"
        return next((each.problem for each in self._subscriptions if each.problem and not each.cancelled), None)

    async def close(self) -> None:
        """See `Bus.close`."""
        await self._consuming.stop()
        await self._publishing.stop()


def _outgoing(message: Outgoing, user: str) -> aio_pika.Message:
    return aio_pika.Message(
        message.body,
        content_type="application/json",
        type=message.type,
        message_id=str(message.message_id),
        headers=dict(message.headers),
        correlation_id=message.correlation_id,
        reply_to=message.reply_to,
        expiration=message.expires_in,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT if message.persistent else aio_pika.DeliveryMode.NOT_PERSISTENT,
        user_id=user,
    )
