"""Where one process hears the answers to its requests, and the broadcasts: one exclusive queue."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from chassis.messaging.bus import Bus, Delivery
from chassis.messaging.message import Event, Incoming, context_of
from chassis.messaging.parsing import ForgedSender, Poison, UnknownType, parse
from chassis.messaging.shared_messages import apart
from chassis.messaging.topology import Queue, reply_queue
from chassis.process.logger import Logger
from chassis.process.loops import run_for_ever
from chassis.process.metrics import HANDLED
from chassis.security.tokens import new_key

_log = Logger()

_REMEMBERED = 1000  # calls that were given up, and shared messages


@dataclass(frozen=True)
class _Call:
    service: str
    answer: asyncio.Future[Incoming | None]
    heard_later: Callable[[], None]


class ReplyListener:
    """Gives each answer to the call that waits for it. Only the service that was asked can answer, and only
    the context that a broadcast is named after can say it.
    """

    def __init__(self, bus: Bus, *, process: str) -> None:
        self._bus = bus
        self._process = process
        self.listening = asyncio.Event()  # set while replies can reach this process
        self.queue: Queue | None = None  # where they reach it
        self._waiting: dict[str, _Call] = {}
        self._given_up: OrderedDict[str, _Call] = OrderedDict()
        self._together: OrderedDict[str, Sequence[str]] = OrderedDict()  # calls by their shared message
        self._listeners: dict[str, list[Callable[[Event], None]]] = {}
        self._listening: asyncio.Task[None] | None = None
        self._acks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begins to listen; returns at once, even while the broker is away."""
        self._listening = run_for_ever(self._listen(), name=f"{self._process}.replies")

    async def stop(self) -> None:
        """Stops listening; no call that still waits can be answered."""
        if self._listening:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    async def _listen(self) -> None:
        """Each time in a queue of a new name: the broker may hold the old one for a connection that it does
        not know to be dead.
        """
        while True:
            queue, lost = reply_queue(self._process, new_key().hex[-12:]), asyncio.Event()
            consumer = await self._bus.consume(queue, self._deliver, at_most=1000, on_lost=lost.set)
            self.queue = queue
            self.listening.set()
            try:
                await lost.wait()
                _log.warning("rpc.replies_lost", waiting=len(self._waiting))
            finally:
                self.queue = None
                self.listening.clear()
                for call in [each for each in self._waiting.values() if not each.answer.done()]:
                    call.answer.set_result(None)
                await consumer.cancel()

    def on_broadcast(self, event_type: type[Event], callback: Callable[[Event], None]) -> None:
        """Calls back for each broadcast of that type."""
        self._listeners.setdefault(event_type.type_name, []).append(callback)

    def expect(
        self, call_id: str, service: str, heard_later: Callable[[], None]
    ) -> asyncio.Future[Incoming | None]:
        """The answer to come; None when none can come any more. `heard_later` is called should it come after
        `forget`.
        """
        answer: asyncio.Future[Incoming | None] = asyncio.get_running_loop().create_future()
        self._waiting[call_id] = _Call(service, answer, heard_later)
        return answer

    def expect_together(self, message_id: str, call_ids: Sequence[str]) -> None:
        """Those calls travel in that message: what is answered to it, is answered to each of them."""
        self._together[message_id] = call_ids
        if len(self._together) > _REMEMBERED:
            self._together.popitem(last=False)

    def forget(self, call_id: str) -> None:
        """Nobody waits for it any more."""
        call = self._waiting.pop(call_id)
        if not call.answer.done() or call.answer.cancelled():
            self._given_up[call_id] = call
            if len(self._given_up) > _REMEMBERED:
                self._given_up.popitem(last=False)

    def _deliver(self, delivery: Delivery) -> None:
        acking = asyncio.ensure_future(delivery.ack())
        self._acks.add(acking)
        acking.add_done_callback(self._acks.discard)
        with _dropping_poison():
            for message in apart(delivery.message):
                with _dropping_poison():
                    self._hear(message)

    def _hear(self, message: Incoming) -> None:
        if message.correlation_id is None:
            self._broadcast(message)
            return
        for call_id in self._together.pop(message.correlation_id, (message.correlation_id,)):
            self._answer(message, call_id)

    def _answer(self, message: Incoming, call_id: str) -> None:
        waiting, given_up = self._waiting.get(call_id), self._given_up.pop(call_id, None)
        call = waiting or given_up
        if call is None:
            return
        self._require_sender(message, call.service)
        if waiting is None:
            call.heard_later()
        elif not call.answer.done():
            call.answer.set_result(message)

    def _broadcast(self, message: Incoming) -> None:
        self._require_sender(message, context_of(message.type))
        _, event = parse(message)
        if not isinstance(event, Event) or not event.broadcast:
            raise UnknownType
        for listener in self._listeners.get(message.type, []):
            listener(event)

    def _require_sender(self, message: Incoming, sender: str) -> None:
        if self._bus.names_senders and message.sender != sender:
            raise ForgedSender


@contextmanager
def _dropping_poison() -> Iterator[None]:
    try:
        yield
    except Poison as poison:
        reason = type(poison).__name__
        _log.error("reply_queue.dropped", reason=reason)
        HANDLED.labels("unknown", reason).inc()
