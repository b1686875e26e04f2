"""A subscription that survives its connection, its channel and its queue."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage, AbstractQueue
from aio_pika.exceptions import ChannelNotFoundEntity

from chassis.bus import Deliver, Delivery
from chassis.message import Incoming
from chassis.rabbit.link import CONNECT_WITHIN, CONNECTION_TROUBLE, RECONNECT_EVERY
from chassis.topology import RPC_MAX_LENGTH, Queue, QueueKind

_log = structlog.get_logger(__name__)


class RabbitConsumer:
    """A subscription that is set up again on each new connection, until it is cancelled."""

    def __init__(self, queue: Queue, deliver: Deliver, at_most: int) -> None:
        self.queue = queue
        self._deliver = deliver
        self._at_most = at_most
        self._channel: AbstractChannel | None = None  # a strong reference: the library keeps none
        self._declared: AbstractQueue | None = None
        self._tag: str | None = None
        self.problem: str | None = f"{queue.name}: not consuming yet"
        self.live = asyncio.Event()
        self.cancelled = False

    async def set_up(self, connection: AbstractConnection) -> None:
        """Tries until it consumes, or the connection goes."""
        while not self.cancelled:
            try:
                async with asyncio.timeout(CONNECT_WITHIN):
                    await self._consume(connection)
            except ChannelNotFoundEntity:
                self.problem = f"{self.queue.name}: the queue or its exchange does not exist on the broker"
            except (*CONNECTION_TROUBLE, TimeoutError) as error:
                self.problem = f"{self.queue.name}: {type(error).__name__}"
                if connection.is_closed:
                    return
            else:
                self.problem = None
                self.live.set()
                await self._until_channel_closes()
                self.problem = f"{self.queue.name}: not consuming"
            if connection.is_closed:
                return
            await asyncio.sleep(RECONNECT_EVERY)

    async def _consume(self, connection: AbstractConnection) -> None:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=self._at_most)
        declared = await _declare(channel, self.queue)
        self._tag = await declared.consume(self._on_message)
        self._channel, self._declared = channel, declared

    async def _until_channel_closes(self) -> None:
        closed = asyncio.Event()
        assert self._channel is not None  # noqa: S101 - set by _consume
        self._channel.close_callbacks.add(lambda *_: closed.set())
        if not self._channel.is_closed:
            await closed.wait()

    async def _on_message(self, message: AbstractIncomingMessage) -> None:
        self._deliver(
            Delivery(
                _incoming(self.queue.name, message),
                partial(_settle, message.ack),
                partial(_settle, partial(message.reject, requeue=False)),
                partial(_settle, partial(message.nack, requeue=True)),
            )
        )

    async def cancel(self) -> None:
        self.cancelled = True
        if self._declared and self._tag and self._channel and not self._channel.is_closed:
            try:
                async with asyncio.timeout(CONNECT_WITHIN):
                    await self._declared.cancel(self._tag)
            except (*CONNECTION_TROUBLE, TimeoutError):
                _log.warning("bus.cancel_failed", queue=self.queue.name)


async def _declare(channel: AbstractChannel, queue: Queue) -> AbstractQueue:
    """Work queues are the broker's definitions' business; ours are the two kinds that live and die with a process."""
    if queue.kind is QueueKind.WORK:
        return await channel.declare_queue(queue.name, passive=True)
    if queue.kind is QueueKind.RPC:
        declared = await channel.declare_queue(queue.name, durable=True, auto_delete=True)
    else:
        declared = await channel.declare_queue(queue.name, exclusive=True, arguments={"x-max-length": 20 * RPC_MAX_LENGTH})
    for exchange, key in queue.bindings:
        await declared.bind(exchange, key)
    return declared


async def _settle(verdict: Callable[[], Awaitable[None]]) -> None:
    try:
        await verdict()
    except CONNECTION_TROUBLE:
        _log.info("bus.settled_too_late")  # the connection went: the broker delivers it again, and the inbox knows it


def _incoming(queue: str, message: AbstractIncomingMessage) -> Incoming:
    return Incoming(
        queue=queue,
        type=message.type or "",
        message_id=message.message_id or "",
        body=message.body,
        headers={key: value for key, value in message.headers.items() if isinstance(value, str | int)},
        content_type=message.content_type,
        correlation_id=message.correlation_id,
        reply_to=message.reply_to,
        sender=message.user_id,
        redelivered=bool(message.redelivered),
    )
