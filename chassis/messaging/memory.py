"""The in-process transport: the same exchanges, queues, limits, waits and dead letters as RabbitMQ, in one
event loop.

What is in its queues ends with the process, so an outbox row stays until every consumer of its event has
committed: after Ctrl-C, SIGKILL or a power cut it is published again, and the inbox knows what was done.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from chassis.messaging.bus import Deliver, Delivery, Rejected, Unroutable
from chassis.messaging.message import Incoming, Outgoing
from chassis.messaging.topology import (
    BROADCAST,
    DEAD,
    EVENTS_MAX_LENGTH,
    RETRY_DELAYS,
    RPC_MAX_LENGTH,
    RPC_TTL,
    Queue,
    QueueKind,
    Topology,
    dead_queue,
    retry_exchange,
)
from chassis.messaging.unsettled import Unsettled
from chassis.process.clock import monotonic


@dataclass
class _Held:
    message: Incoming
    expires_at: float | None


@dataclass
class _MemoryQueue:
    name: str
    kind: QueueKind
    max_length: int
    waiting: deque[_Held] = field(default_factory=deque)
    consumers: list[_MemoryConsumer] = field(default_factory=list)

    def put(self, held: _Held, *, first: bool = False) -> None:
        if first:
            self.waiting.appendleft(held)
        else:
            self.waiting.append(held)
        self.hand_out()

    def hand_out(self) -> None:
        """Gives waiting messages to consumers that have room, in turn."""
        while self.waiting:
            free = [consumer for consumer in self.consumers if consumer.in_hand < consumer.at_most]
            if not free:
                return
            held = self.waiting.popleft()
            if held.expires_at is None or held.expires_at > monotonic():
                free[0].take(held)
                self.consumers.append(self.consumers.pop(self.consumers.index(free[0])))


class _MemoryConsumer:
    def __init__(
        self,
        bus: MemoryBus,
        queue: _MemoryQueue,
        deliver: Deliver,
        at_most: int,
        on_lost: Callable[[], None] | None,
    ) -> None:
        self._bus = bus
        self._queue = queue
        self._deliver = deliver
        self.at_most = at_most
        self.on_lost = on_lost
        self._in_hand: dict[int, _Held] = {}
        self._next = 0

    @property
    def is_live(self) -> bool:
        return self in self._queue.consumers

    @property
    def in_hand(self) -> int:
        return len(self._in_hand)

    def take(self, held: _Held) -> None:
        tag, self._next = self._next, self._next + 1
        self._in_hand[tag] = held
        settle = partial(self._settle, tag)
        delivery = Delivery(held.message, partial(settle, requeue=False), partial(settle, requeue=True))
        asyncio.get_running_loop().call_soon(self._deliver, delivery)

    async def _settle(self, tag: int, *, requeue: bool) -> None:
        held = self._in_hand.pop(tag, None)
        if held is None:
            return  # the process that held it was taken for dead; another one has it by now
        if requeue:
            self._queue.put(held, first=True)
        elif self._queue.kind is QueueKind.WORK:
            self._bus.unsettled.settle(held.message.message_id)
        self._queue.hand_out()

    async def cancel(self) -> None:
        if self in self._queue.consumers:
            self._queue.consumers.remove(self)
        if not self._queue.consumers and self._queue.kind is not QueueKind.WORK:
            self._bus.delete(self._queue.name)

    async def kill(self) -> None:
        """As if its process had died: what it held is delivered again."""
        await self.cancel()
        held, self._in_hand = list(self._in_hand.values()), {}
        for each in reversed(held):
            self._queue.put(each, first=True)


class MemoryBus:
    """A broker and its only client in one. All components of one process share one instance."""

    def __init__(self, topology: Topology) -> None:
        self._queues: dict[str, _MemoryQueue] = {}
        self._bindings: dict[tuple[str, str], list[str]] = {}
        self._waits = {retry_exchange(name): seconds for name, seconds in RETRY_DELAYS.items()}
        self._timers: set[asyncio.TimerHandle] = set()
        self.unsettled = Unsettled()
        for queue in topology.work_queues():
            self._declare(queue)
            self._declare(Queue(dead_queue(queue.name), QueueKind.WORK, ((DEAD, queue.name),)))

    def _declare(self, queue: Queue) -> _MemoryQueue:
        if queue.name not in self._queues:
            limit = EVENTS_MAX_LENGTH if queue.kind is QueueKind.WORK else RPC_MAX_LENGTH
            self._queues[queue.name] = _MemoryQueue(queue.name, queue.kind, limit)
            for binding in queue.bindings:
                self._bindings.setdefault(binding, []).append(queue.name)
        return self._queues[queue.name]

    def delete(self, name: str) -> None:
        """A queue goes, with what waits in it. Who still consumes from it is told."""
        queue = self._queues.pop(name, None)
        for names in self._bindings.values():
            if name in names:
                names.remove(name)
        while queue is not None and queue.consumers:
            lost = queue.consumers.pop()
            if lost.on_lost:
                lost.on_lost()

    async def publish(self, message: Outgoing, *, within: float) -> None:
        """See `Bus.publish`; never Unknown and never BusDown, as there is no wire."""
        await asyncio.sleep(0)
        if message.exchange in self._waits:
            self.unsettled.add(str(message.message_id), 1)
            self._wait_then_return(message, self._waits[message.exchange])
            return
        targets = self._route(message)
        if not targets and message.mandatory:
            raise Unroutable(message.routing_key)
        if any(len(queue.waiting) >= queue.max_length for queue in targets):
            raise Rejected(message.routing_key)
        # A dead letter is never acknowledged: its row stays, and the next start tries it once more.
        works = sum(queue.kind is QueueKind.WORK for queue in targets)
        self.unsettled.add(str(message.message_id), works)
        for queue in targets:
            queue.put(_held(message, queue))

    def when_settled(self, message_id: UUID, then: Callable[[], None]) -> bool:
        """See `Bus.when_settled`: nothing outlives this process. `then` may be called at once."""
        self.unsettled.when_settled(str(message_id), then)
        return True

    def _route(self, message: Outgoing) -> list[_MemoryQueue]:
        if message.exchange == "":
            return [self._queues[message.routing_key]] if message.routing_key in self._queues else []
        key = "" if message.exchange == BROADCAST else message.routing_key
        return [self._queues[name] for name in self._bindings.get((message.exchange, key), [])]

    def _wait_then_return(self, message: Outgoing, seconds: float) -> None:
        def come_back() -> None:
            self._timers.discard(timer)
            queue = self._queues.get(message.routing_key)
            if queue is None:
                self.unsettled.settle(str(message.message_id))
            else:
                queue.put(_held(message, queue))

        timer = asyncio.get_running_loop().call_later(seconds, come_back)
        self._timers.add(timer)

    async def consume(
        self, queue: Queue, deliver: Deliver, *, at_most: int, on_lost: Callable[[], None] | None = None
    ) -> _MemoryConsumer:
        """See `Bus.consume`; a queue that was deleted does not come back by itself."""
        declared = self._declare(queue)
        consumer = _MemoryConsumer(self, declared, deliver, at_most, on_lost)
        declared.consumers.append(consumer)
        declared.hand_out()
        return consumer

    def waiting_in(self, name: str) -> list[Incoming]:
        """What lies in a queue and is in nobody's hand: for tests."""
        return [held.message for held in self._queues[name].waiting] if name in self._queues else []

    @property
    def names_senders(self) -> bool:
        """Never: all share one process, and nobody verifies."""
        return False

    def is_up(self) -> bool:
        """Always."""
        return True

    def problem(self) -> str | None:
        """Never any."""
        return None

    async def close(self) -> None:
        """Stops the waits."""
        for timer in self._timers:
            timer.cancel()


def _held(message: Outgoing, queue: _MemoryQueue) -> _Held:
    lives = message.expires_in
    if lives is None and queue.kind is not QueueKind.WORK:
        lives = RPC_TTL
    incoming = Incoming(
        queue=queue.name,
        type=message.type,
        message_id=str(message.message_id),
        body=message.body,
        headers=dict(message.headers),
        content_type="application/json",
        correlation_id=message.correlation_id,
        reply_to=message.reply_to,
    )
    return _Held(incoming, None if lives is None else monotonic() + lives)
