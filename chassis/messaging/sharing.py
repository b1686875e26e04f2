"""Publishes envelopes one by one while there is no hurry, and several in one message when they come faster
than the broker confirms (ADR 0035). No timer: who comes alone never waits.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from chassis.messaging.bus import Bus
from chassis.messaging.message import Outgoing
from chassis.messaging.shared_messages import MOST_BYTES, together

ENOUGH = 16  # envelopes for one message

_Way = tuple[str, str, str | None]  # exchange, routing key, reply queue


@dataclass(frozen=True)
class _Waiting:
    envelope: Outgoing
    within: float
    left: asyncio.Future[None]


class SharingPublisher:
    """While a message is on its way, further envelopes that go the same way wait, and leave together in the
    next one: when the first is confirmed, or there are ENOUGH of them, so that whoever receives them has work
    while more are written.
    """

    def __init__(
        self, bus: Bus, on_shared: Callable[[Outgoing, Sequence[Outgoing]], None] | None = None
    ) -> None:
        """`on_shared` is told of each shared message and what it holds, before it leaves."""
        self._bus = bus
        self._on_shared = on_shared
        self._on_the_way: dict[_Way, deque[_Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def publish(self, envelope: Outgoing, *, within: float) -> None:
        """See `Bus.publish`; what befalls a shared message befalls all that it holds. `within` begins when
        the message leaves: who waits here longer than he may cancels.
        """
        way = (envelope.exchange, envelope.routing_key, envelope.reply_to)
        queue = self._on_the_way.get(way)
        if queue is not None:
            waiting = _Waiting(envelope, within, asyncio.get_running_loop().create_future())
            queue.append(waiting)
            if len(queue) >= ENOUGH:
                self._start(self._leave(_next_batch(queue)))
            await waiting.left
            return
        self._on_the_way[way] = deque()
        try:
            await self._bus.publish(envelope, within=within)
        finally:
            self._go_on(way)

    def _go_on(self, way: _Way) -> None:
        if not self._on_the_way[way]:
            del self._on_the_way[way]
            return
        self._start(self._empty(way))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _empty(self, way: _Way) -> None:
        """One message after the other, until nobody waits."""
        queue = self._on_the_way[way]
        try:
            while batch := _next_batch(queue):
                await self._leave(batch)
        finally:
            del self._on_the_way[way]
            for each in queue:  # some only if this task was cancelled
                each.left.cancel()

    async def _leave(self, batch: Sequence[_Waiting]) -> None:
        envelopes = [each.envelope for each in batch]
        message = envelopes[0] if len(envelopes) == 1 else together(envelopes)
        if len(envelopes) > 1 and self._on_shared:
            self._on_shared(message, envelopes)
        trouble: Exception | None = None
        try:
            await self._bus.publish(message, within=max(each.within for each in batch))
        except Exception as error:
            trouble = error
        for each in batch:
            if each.left.done():
                continue  # nobody waits for it any more
            if trouble is None:
                each.left.set_result(None)
            else:
                each.left.set_exception(copy(trouble))


def _next_batch(queue: deque[_Waiting]) -> list[_Waiting]:
    """Those who wait longest, as many as one message may hold."""
    batch: list[_Waiting] = []
    size = 0
    while queue and len(batch) < ENOUGH:
        size += len(queue[0].envelope.body)
        if batch and size > MOST_BYTES:
            break
        waiting = queue.popleft()
        if not waiting.left.done():  # else it was cancelled
            batch.append(waiting)
    return batch
