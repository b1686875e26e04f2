"""The bus itself: confirmed publishes on one connection, subscriptions on the other."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import aio_pika
from aio_pika import DeliveryMode
from aio_pika.abc import AbstractExchange
from aio_pika.exceptions import ChannelClosed, ChannelNotFoundEntity, DeliveryError, PublishError
from yarl import URL

from chassis.messaging.bus import BusDown, Deliver, NotPublished, Rejected, Unknown, Unroutable
from chassis.messaging.message import Outgoing
from chassis.messaging.rabbit.channels import PublishChannel, PublishChannels
from chassis.messaging.rabbit.consuming import RabbitConsumer
from chassis.messaging.rabbit.link import CONNECTION_TROUBLE, Link, bounded
from chassis.messaging.rabbit.missing_definitions import MissingDefinitions
from chassis.messaging.topology import Queue
from chassis.process.loops import run_for_ever
from chassis.process.settings import ProcessSettings
from chassis.security.tokens import new_key
from chassis.security.trust import believing

KNOCKS_EVERY = 5.0  # seconds
_KNOCK_WITHIN = 3600.0  # seconds: it waits for the end of an alarm rather than costing a channel
_NOBODY = "knock"  # a routing key that no queue is bound by


class RabbitBus:
    """A `Bus` over RabbitMQ. `start()` returns at once; connections come when the broker is there, and come
    back when it returns.
    """

    def __init__(
        self,
        url: str,
        *,
        shared_user: bool = False,
        ca_file: Path | None = None,
        knocks_at: str | None = None,
    ) -> None:
        """`shared_user`: all components log in as one broker user, so that a sender says nothing. `ca_file`:
        what is believed of an amqps:// address, instead of the system's authorities. `knocks_at`: an
        exchange that this user may write to; every few seconds it is sent what no queue hears, as only who
        publishes is told of an alarm.
        """
        self._user = URL(url).user or "guest"
        self._shared_user = shared_user
        tls = believing(ca_file) if ca_file else None
        self._publishing = Link(url, "publish", tls)
        self._consuming = Link(url, "consume", tls)
        self._channels = PublishChannels(self._publishing)
        self._missing = MissingDefinitions()
        self._consumers: set[RabbitConsumer] = set()
        self._knocks_at = knocks_at
        self._knocking: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, settings: ProcessSettings, *, knocks_at: str) -> RabbitBus:
        """A process's own. Connects to nothing yet."""
        return cls(
            settings.amqp_url.get_secret_value(),
            shared_user=settings.amqp_shared_user,
            ca_file=settings.amqp_ca_file,
            knocks_at=knocks_at,
        )

    def start(self) -> None:
        """Begins to connect."""
        self._publishing.start()
        self._consuming.start()
        if self._knocks_at is not None:
            self._knocking = run_for_ever(self._knock(self._knocks_at), name="rabbit.knock")

    async def _knock(self, exchange: str) -> None:
        """One at a time: while an alarm lasts, none comes back."""
        while True:
            await asyncio.sleep(KNOCKS_EVERY * random.uniform(0.8, 1.2))  # noqa: S311 - jitter is no secret
            knock = Outgoing(exchange, _NOBODY, _NOBODY, new_key(), b"", expires_in=1.0, mandatory=False)
            if self.is_up():
                with suppress(NotPublished):
                    await self.publish(knock, within=_KNOCK_WITHIN)

    async def publish(self, message: Outgoing, *, within: float) -> None:
        """See `Bus.publish`."""
        attempt = _Attempt(self._channels, message, self._user)
        try:
            await bounded(attempt.make(), within)
        except CONNECTION_TROUBLE as error:
            outcome = attempt.outcome(error)
            self._missing.note(message, error, outcome)
            raise outcome from None
        self._missing.forget(message)

    async def consume(
        self,
        queue: Queue,
        deliver: Deliver,
        *,
        at_most: int,
        on_lost: Callable[[], None] | None = None,
        needed: bool = True,
    ) -> RabbitConsumer:
        """See `Bus.consume`. One that is not `needed` is nothing that `problem` speaks of."""
        running = self._consumers if needed else set()
        consumer = RabbitConsumer(self._consuming, queue, deliver, at_most, on_lost, running)
        try:
            await consumer.until_live()
        except asyncio.CancelledError:
            await consumer.cancel()
            raise
        return consumer

    def when_settled(self, message_id: UUID, then: Callable[[], None]) -> bool:
        """See `Bus.when_settled`: what a quorum of the broker has confirmed is safe."""
        return False

    @property
    def names_senders(self) -> bool:
        """See `Bus.names_senders`."""
        return not self._shared_user

    def is_up(self) -> bool:
        """See `Bus.is_up`."""
        return self._publishing.connection is not None and not self._publishing.blocked

    def refusal(self) -> str | None:
        """Why a broker that is there takes nothing from us: it does not let us in, we do not believe it, or
        an alarm stops all who publish. None too while it is away.
        """
        for link in (self._publishing, self._consuming):
            if link.is_refused:
                return link.away
        if self._publishing.blocked:
            return "the broker blocks publishers: an alarm of its disk or memory"
        return None

    def problem(self) -> str | None:
        """See `Bus.problem`."""
        if held_against_us := self.refusal():
            return held_against_us
        if away := self._publishing.away or self._consuming.away:
            return away
        not_consuming = next((each.problem for each in self._consumers if each.problem), None)
        return not_consuming or self._missing.problem()

    async def close(self) -> None:
        """See `Bus.close`."""
        if self._knocking:
            self._knocking.cancel()
            await asyncio.gather(self._knocking, return_exceptions=True)
        await asyncio.gather(self._consuming.stop(), self._publishing.stop())
        for consumer in list(self._consumers):
            await consumer.cancel()


class _Attempt:
    """One publish, and what is known of it when it fails."""

    def __init__(self, channels: PublishChannels, message: Outgoing, user: str) -> None:
        self._channels = channels
        self._message = message
        self._user = user
        self._on: PublishChannel | None = None

    async def make(self) -> None:
        """Returns when the broker has confirmed it."""
        on = await self._channels.take()
        with on.in_use() as channel:
            self._on = on  # from here on the bytes may have left
            message = self._message
            exchange: AbstractExchange = channel.default_exchange
            if message.exchange:
                exchange = await channel.get_exchange(message.exchange, ensure=False)
            envelope = _outgoing(message, self._user)
            await exchange.publish(envelope, message.routing_key, mandatory=message.mandatory)

    def outcome(self, error: BaseException) -> NotPublished:
        """What the error says of the message. Retires the channel that it came over."""
        if isinstance(error, PublishError):
            return Unroutable(self._message.routing_key)
        if self._on is None:
            return BusDown(self._message.routing_key)
        self._channels.retire(self._on, nacked=isinstance(error, DeliveryError))
        if isinstance(error, DeliveryError):
            return Rejected(self._message.routing_key)
        if isinstance(error, ChannelClosed) and self._is_about_us(error):
            if isinstance(error, ChannelNotFoundEntity):
                return Unroutable(self._message.exchange)
            return BusDown(self._message.exchange)
        return Unknown(self._message.routing_key)

    def _is_about_us(self, error: ChannelClosed) -> bool:
        """And not about a neighbour on the same channel."""
        return f"exchange '{self._message.exchange}'" in str(error)


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
        delivery_mode=DeliveryMode.PERSISTENT if message.persistent else DeliveryMode.NOT_PERSISTENT,
        user_id=user,
    )
