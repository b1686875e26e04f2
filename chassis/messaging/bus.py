"""The bus as everything else sees it. Two transports keep this promise and pass one conformance suite: memory
and RabbitMQ.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from chassis.messaging.message import Incoming, Outgoing
from chassis.messaging.topology import Queue


class NotPublished(Exception):
    """The message is not known to be in a queue."""


class Unroutable(NotPublished):
    """No queue wants it: nobody is there."""


class Rejected(NotPublished):
    """The queue is full."""


class BusDown(NotPublished):
    """There is no connection, or the broker takes nothing over it: the message is in no queue."""


class Unknown(NotPublished):
    """Late or lost after the bytes left: it may still be delivered. Only callers with an idempotency key may
    repeat it.
    """


@dataclass(frozen=True)
class Delivery:
    """A message in hand. Exactly one of the two must be called, once."""

    message: Incoming
    ack: Callable[[], Awaitable[None]]
    requeue: Callable[[], Awaitable[None]]


Deliver = Callable[[Delivery], None]
"""Called on the event loop for each delivery; must not block: it starts a task of its own (D9)."""


class Consumer(Protocol):
    """A subscription. It is restored after the loss of its connection, its channel or its queue."""

    @property
    def is_live(self) -> bool:
        """Whether deliveries can come at this moment."""

    async def cancel(self) -> None:
        """No further deliveries. Those in hand may still be acknowledged."""


class Bus(Protocol):
    """Publishes and consumes. Survives the loss of its connection and restores its consumers."""

    async def publish(self, message: Outgoing, *, within: float) -> None:
        """Returns when the message is confirmed and routed; raises Unroutable, Rejected, BusDown or Unknown.
        `within` is in seconds.
        """

    async def consume(
        self, queue: Queue, deliver: Deliver, *, at_most: int, on_lost: Callable[[], None] | None = None
    ) -> Consumer:
        """Delivers from `queue`, at most that many unacknowledged at a time. Waits for a connection, and for
        a queue to exist.

        `on_lost` is called each time the subscription stops working by itself, at once.
        """

    def when_settled(self, message_id: UUID, then: Callable[[], None]) -> bool:
        """False where a confirmed message is safe: it outlives this process. True where it is not: its outbox
        row must stay until `then` is called, when every consumer has acknowledged it.
        """

    @property
    def names_senders(self) -> bool:
        """Whether `Incoming.sender` is the component that published, as verified by the broker."""

    def is_up(self) -> bool:
        """Whether a message could leave at this moment."""

    def problem(self) -> str | None:
        """None when all is well, else what is missing, for the readiness page."""

    async def close(self) -> None:
        """Closes the connections; what was not acknowledged will be delivered again."""
