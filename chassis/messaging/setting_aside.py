"""Events that could not be handled go to a waiting room, or to the dead, as copies that are confirmed before
the original is acknowledged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from chassis.messaging.bus import Bus, Delivery, NotPublished, Rejected
from chassis.messaging.message import Incoming, Outgoing, message_type
from chassis.messaging.parsing import key_of
from chassis.messaging.publisher import PUBLISHER, publisher_of
from chassis.messaging.topology import DEAD, RETRY_DELAYS, retry_exchange
from chassis.process.logger import Logger
from chassis.process.metrics import HANDLED, NO_ROOM
from chassis.security.tokens import new_key

_log = Logger()

ATTEMPT = "x-attempt"
ERROR_TYPE = "x-error-type"
RETRY_STEPS = tuple(RETRY_DELAYS)
_PUBLISH_WITHIN = 5.0  # seconds
_TRIES_AGAIN_EVERY = 1.0  # seconds


class SettingAside:
    """For the events of one component. While there is no room, or no broker, it keeps the original in hand:
    that costs it no delivery, and nothing is lost.
    """

    def __init__(self, bus: Bus, *, name: str, stopping: asyncio.Event) -> None:
        """`name` is the component; nothing is waited for once `stopping` is set."""
        self._bus = bus
        self._name = name
        self._stopping = stopping

    async def retry(self, delivery: Delivery, error: str) -> None:
        """To the next waiting room of the ladder; to the dead after the last."""
        attempt = attempt_of(delivery.message)
        if attempt > len(RETRY_STEPS):
            await self.bury(delivery, error)
            return
        room = retry_exchange(RETRY_STEPS[attempt - 1])
        if await self._move(delivery, room, {ATTEMPT: attempt + 1}):
            HANDLED.labels(delivery.message.type, "retried").inc()

    async def bury(self, delivery: Delivery, error: str) -> None:
        """To the dead, with the class of what went wrong."""
        message = delivery.message
        _log.error("event.dead", error=error, queue=message.queue)
        if await self._move(delivery, DEAD, {ERROR_TYPE: error}):
            HANDLED.labels(message.type if message_type(message.type) else "unknown", "dead").inc()

    async def _move(self, delivery: Delivery, exchange: str, headers: Mapping[str, str | int]) -> bool:
        """False when the component stops before there is room: the original is then delivered again. A crash
        before the acknowledgement makes a duplicate, which the inbox eats.
        """
        copy = self._copy(delivery.message, exchange, headers)
        while True:
            try:
                await self._bus.publish(copy, within=_PUBLISH_WITHIN)
                break
            except NotPublished as trouble:
                if isinstance(trouble, Rejected):
                    NO_ROOM.labels(exchange).inc()
                    _log.error("event.no_room", exchange=exchange, queue=delivery.message.queue)
                if self._stopping.is_set():
                    return False
                await asyncio.sleep(_TRIES_AGAIN_EVERY)
        await delivery.ack()
        return True

    def _copy(self, message: Incoming, exchange: str, headers: Mapping[str, str | int]) -> Outgoing:
        """The same message under the same id, with the name of who said it first. One that came without an id
        of ours gets one, to be found by.
        """
        kept = {name: value for name, value in message.headers.items() if name != PUBLISHER}
        if self._bus.names_senders:
            kept[PUBLISHER] = (
                publisher_of(message.type, message.sender, message.headers, owner=self._name) or ""
            )
        return Outgoing(
            exchange=exchange,
            routing_key=message.queue,
            type=message.type,
            message_id=key_of(message) or new_key(),
            body=message.body,
            headers={**kept, **headers},
            persistent=True,
        )


def attempt_of(message: Incoming) -> int:
    """Which try of handling it this is, from 1."""
    value = message.headers.get(ATTEMPT, 1)
    return value if isinstance(value, int) and value > 0 else 1
