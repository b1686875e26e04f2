"""A subscription that survives its connection, its channel and its queue."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any

from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage, AbstractQueue

from chassis.messaging.bus import Deliver, Delivery
from chassis.messaging.message import Incoming
from chassis.messaging.rabbit.link import (
    CLOSE_WITHIN,
    CONNECT_WITHIN,
    CONNECTION_TROUBLE,
    RECONNECT_EVERY,
    Link,
    bounded,
)
from chassis.messaging.topology import RPC_MAX_LENGTH, Queue, QueueKind
from chassis.process.logger import Logger
from chassis.process.loops import run_for_ever

_log = Logger()

LOOKS_AGAIN_EVERY = 5.0  # seconds
_LOOK_WITHIN = 30.0  # seconds: an overloaded broker may be slow without losing its consumers
_SETTLE_WITHIN = 5.0  # seconds
# They mean nothing on a copy of ours.
_NOTES_OF_THE_BROKER = ("x-death", "x-first-death", "x-last-death", "x-delivery-count")


class RabbitConsumer:
    """A subscription that is set up again until it is cancelled. Every few seconds it looks whether queue and
    bindings still stand.
    """

    def __init__(
        self,
        link: Link,
        queue: Queue,
        deliver: Deliver,
        at_most: int,
        on_lost: Callable[[], None] | None,
        running: set[RabbitConsumer],
    ) -> None:
        """It is in `running` until it is cancelled."""
        self.queue = queue
        self._running = running
        running.add(self)
        self._link = link
        self._deliver = deliver
        self._at_most = at_most
        self._on_lost = on_lost
        self._channel: AbstractChannel | None = None  # a strong reference: the library keeps none
        self._declared: AbstractQueue | None = None
        self._tag = ""
        self._lost = asyncio.Event()
        self._live = asyncio.Event()
        self._closing: set[asyncio.Task[None]] = set()
        self.problem: str | None = f"{queue.name}: not consuming yet"
        self._task = run_for_ever(self._keep_consuming(), name=f"rabbit.{queue.name}")

    @property
    def is_live(self) -> bool:
        """See `Consumer.is_live`."""
        return self._live.is_set()

    async def until_live(self) -> None:
        """Returns when deliveries can come."""
        await self._live.wait()

    async def _keep_consuming(self) -> None:
        while True:
            connection = await self._link.up()
            try:
                await bounded(self._consume(connection), CONNECT_WITHIN)
                await self._watch()
            except CONNECTION_TROUBLE as error:
                self.problem = f"{self.queue.name}: {what_is_wrong(error)}"
            else:
                what_went = "the broker took it away" if self._is_cancelled() else "the connection went"
                self.problem = f"{self.queue.name}: {what_went}"
            _log.warning("bus.not_consuming", queue=self.queue.name, problem=self.problem)
            self._let_go()
            await asyncio.sleep(RECONNECT_EVERY)

    async def _consume(self, connection: AbstractConnection) -> None:
        self._channel = channel = await connection.channel()
        self._lost = lost = asyncio.Event()
        channel.close_callbacks.add(lambda *_: lost.set())
        underlay = await channel.get_underlay_channel()
        underlay.on_consumer_cancel_callbacks.add(lambda _: lost.set())
        await channel.set_qos(prefetch_count=self._at_most)
        self._declared = await _declare(channel, self.queue)
        self._tag = await self._declared.consume(self._on_message)
        self.problem = None
        self._live.set()

    async def _watch(self) -> None:
        """Returns when the channel or the subscription is gone. Raises CONNECTION_TROUBLE that names what was
        taken away.
        """
        channel = self._channel
        while channel is not None and not channel.is_closed:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOKS_AGAIN_EVERY):
                    await self._lost.wait()
                return
            await self._look(channel)

    async def _look(self, channel: AbstractChannel) -> None:
        """Whether queue and bindings still stand. A slow broker is given time, but a lost one may leave the
        question without an answer for ever: it is dropped at once.
        """
        looking = asyncio.ensure_future(bounded(_declare(channel, self.queue), _LOOK_WITHIN))
        losing = asyncio.ensure_future(self._lost.wait())
        try:
            await asyncio.wait({looking, losing}, return_when=asyncio.FIRST_COMPLETED)
            if looking.done():
                looking.result()
        finally:
            looking.cancel()
            losing.cancel()
            await asyncio.wait({looking, losing})

    def _is_cancelled(self) -> bool:
        """The queue was deleted, or the broker lost patience with us; the channel lives on."""
        return self._channel is not None and not self._channel.is_closed

    def _let_go(self) -> None:
        was_live = self.is_live
        self._live.clear()
        channel, self._channel, self._declared = self._channel, None, None
        if channel is not None:
            closing = asyncio.create_task(_quietly(channel.close()))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
        if was_live and self._on_lost:
            self._on_lost()

    async def _on_message(self, message: AbstractIncomingMessage) -> None:
        self._deliver(
            Delivery(
                _incoming(self.queue.name, message),
                partial(_settle, message.ack),
                partial(_settle, partial(message.nack, requeue=True)),
            )
        )

    async def cancel(self) -> None:
        """See `Consumer.cancel`. Takes no longer than CLOSE_WITHIN."""
        self._running.discard(self)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        if self._declared and self.is_live:
            await _quietly(self._declared.cancel(self._tag))
        self._live.clear()


async def _declare(channel: AbstractChannel, queue: Queue) -> AbstractQueue:
    """Work queues are the broker's definitions' business; ours are the two kinds that live and die with a
    process.
    """
    if queue.kind is QueueKind.WORK:
        return await channel.declare_queue(queue.name, passive=True)
    if queue.kind is QueueKind.RPC:
        declared = await channel.declare_queue(queue.name, durable=True, auto_delete=True)
    else:
        limit: dict[str, Any] = {"x-max-length": 20 * RPC_MAX_LENGTH}
        declared = await channel.declare_queue(queue.name, exclusive=True, auto_delete=True, arguments=limit)
    for exchange, key in queue.bindings:
        await declared.bind(exchange, key)
    return declared


def what_is_wrong(error: BaseException) -> str:
    """The class of the trouble, with the object on the broker that it is about. What else the broker says may
    name users.
    """
    named = re.search(r"(queue|exchange) '([^']*)'", str(error))
    return f"{named[1]} {named[2]}: {type(error).__name__}" if named else type(error).__name__


async def _quietly(call: Awaitable[object]) -> None:
    with suppress(*CONNECTION_TROUBLE):
        await bounded(call, CLOSE_WITHIN)


async def _settle(verdict: Callable[[], Awaitable[None]]) -> None:
    try:
        await bounded(verdict(), _SETTLE_WITHIN)
    except CONNECTION_TROUBLE:
        # The connection went: the broker delivers it again, and the inbox knows it.
        _log.info("bus.settled_too_late")


def _incoming(queue: str, message: AbstractIncomingMessage) -> Incoming:
    return Incoming(
        queue=queue,
        type=message.type or "",
        message_id=message.message_id or "",
        body=message.body,
        headers={
            key: value
            for key, value in message.headers.items()
            if isinstance(value, str | int) and not key.startswith(_NOTES_OF_THE_BROKER)
        },
        content_type=message.content_type,
        correlation_id=message.correlation_id,
        reply_to=message.reply_to,
        sender=message.user_id,
    )
