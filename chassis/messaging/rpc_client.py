"""Requests and their answers over the bus: one answer per request, within its deadline, or a clear word why
not (ADR 0001).

Only the gateway calls; services exchange events. A call is never persistent and never dead-lettered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import structlog
from pydantic import ValidationError

from chassis.messaging import rpc_protocol
from chassis.messaging.breaker import Breaker, BulkheadFull, CallOutcome, CircuitOpen
from chassis.messaging.bus import Bus, Delivery, NotPublished, Unknown
from chassis.messaging.message import (
    Event,
    Incoming,
    Lane,
    Outgoing,
    Reply,
    Request,
    context_of,
    message_type,
)
from chassis.messaging.refusal import Refusal, RefusalData
from chassis.messaging.topology import Queue, reply_queue
from chassis.process.clock import monotonic
from chassis.process.failpoints import reach
from chassis.process.loops import run_for_ever
from chassis.process.metrics import BREAKER_OPEN, CALLS
from chassis.security.tokens import new_key

_log = structlog.get_logger(__name__)

Answer = TypeVar("Answer", bound=Reply)


class ServiceTrouble(Exception):
    """The service did not do its work; the text is the service's name."""


class ServiceDown(ServiceTrouble):
    """Nobody is there, or the bus is away, or the queue is full: nothing was done."""


class BreakerOpen(ServiceDown):
    """It did not answer lately; it is asked again soon."""


class TooBusy(ServiceDown):
    """As many calls as one process may have are under way to it."""


class NoAnswer(ServiceTrouble):
    """The deadline passed: it may have been done or not."""


class RepliesLost(NoAnswer):
    """The queue for the answer went away: it may have been done or not."""


class ServiceFault(ServiceTrouble):
    """The service failed while working on it."""


class RpcClient:
    """Calls services from one process. Replies and broadcasts reach it through one exclusive queue.

    A lane of a service that does not answer is left alone for a while, and gets no more calls at once than it
    has places (chassis.messaging.breaker): those who ask hear ServiceDown at once.
    """

    def __init__(self, bus: Bus, *, process: str) -> None:
        self._bus = bus
        self._process = process
        self.listening = asyncio.Event()  # set while replies can reach this process
        self._queue: Queue | None = None  # where they reach it
        self._waiting: dict[str, asyncio.Future[Incoming | None]] = {}  # None: no answer can come any more
        self._breakers: dict[tuple[str, Lane], Breaker] = {}
        self._listeners: dict[str, list[Callable[[Event], None]]] = {}
        self._listening: asyncio.Task[None] | None = None
        self._acks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begins to listen for replies; returns at once, even while the broker is away."""
        self._listening = run_for_ever(self._listen(), name=f"{self._process}.replies")

    async def _listen(self) -> None:
        """Each time in a queue of a new name: the broker may hold the old one for a connection that it does
        not know to be dead.
        """
        while True:
            queue, lost = reply_queue(self._process, new_key().hex[-12:]), asyncio.Event()
            consumer = await self._bus.consume(queue, self._deliver, at_most=1000, on_lost=lost.set)
            self._queue = queue
            self.listening.set()
            try:
                await lost.wait()
                _log.warning("rpc.replies_lost", waiting=len(self._waiting))
            finally:
                self._queue = None
                self.listening.clear()
                for waiting in [each for each in self._waiting.values() if not each.done()]:
                    waiting.set_result(None)
                await consumer.cancel()

    async def stop(self) -> None:
        """Stops listening; calls still under way end with RepliesLost."""
        if self._listening:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    def on_broadcast(self, event_type: type[Event], callback: Callable[[Event], None]) -> None:
        """Calls back for each broadcast of that type."""
        self._listeners.setdefault(event_type.type_name, []).append(callback)

    async def call(self, request: Request[Answer], *, within: float) -> Answer:
        """The answer. Raises Refusal, ServiceDown, NoAnswer or ServiceFault. `within` is in seconds."""
        outcome = "cancelled"
        try:
            answer = await self._guarded(request, context_of(request.type_name), within)
            outcome = "answered"
            return answer
        except Refusal:
            outcome = "refused"
            raise
        except ServiceTrouble as trouble:
            outcome = type(trouble).__name__
            raise
        finally:
            CALLS.labels(request.type_name, outcome).inc()

    async def _guarded(self, request: Request[Answer], service: str, within: float) -> Answer:
        breaker = self._breakers.setdefault((service, request.lane), Breaker())
        try:
            trial = breaker.enter(monotonic())
        except CircuitOpen:
            raise BreakerOpen(service) from None
        except BulkheadFull:
            raise TooBusy(service) from None
        call_outcome = CallOutcome.INCONCLUSIVE
        try:
            answer = await self._call(request, service, within)
            call_outcome = CallOutcome.ANSWERED
            return answer
        except (Refusal, ServiceFault):
            call_outcome = CallOutcome.ANSWERED
            raise
        except NoAnswer as trouble:
            if not isinstance(trouble, RepliesLost):
                call_outcome = CallOutcome.LATE
            raise
        finally:
            breaker.leave(trial=trial, outcome=call_outcome, now=monotonic())
            BREAKER_OPEN.labels(service, request.lane).set(breaker.is_open)

    async def _call(self, request: Request[Answer], service: str, within: float) -> Answer:
        if self._queue is None:
            raise ServiceDown(service)  # no place for an answer
        call_id = new_key()
        envelope = rpc_protocol.request(
            request, call_id=call_id, reply_to=self._queue.name, within=within, request_id=_request_id()
        )
        future = asyncio.get_running_loop().create_future()
        self._waiting[str(call_id)] = future
        try:
            async with asyncio.timeout(within):
                await self._send(envelope, service, within)
                incoming = await future
        except TimeoutError:
            _log.warning("rpc.no_answer", type=request.type_name)
            raise NoAnswer(service) from None
        finally:
            del self._waiting[str(call_id)]
        if incoming is None:
            raise RepliesLost(service)
        return self._read(incoming, request, service)

    async def _send(self, envelope: Outgoing, service: str, within: float) -> None:
        reach("rpc.before_publish", envelope.type)
        try:
            await self._bus.publish(envelope, within=within)
            reach("rpc.after_publish", envelope.type)
        except Unknown:
            raise NoAnswer(service) from None
        except NotPublished as error:
            _log.warning(
                "rpc.service_down",
                type=envelope.type,
                call=envelope.message_id.hex,
                reason=type(error).__name__,
            )
            raise ServiceDown(service) from None

    def _read(self, incoming: Incoming, request: Request[Answer], service: str) -> Answer:
        outcome = incoming.headers.get(rpc_protocol.OUTCOME)
        if outcome == rpc_protocol.REFUSED:
            raise Refusal.from_data(RefusalData.model_validate_json(incoming.body))
        if outcome == rpc_protocol.FAILED:
            raise ServiceFault(service)
        expected = request.answer_type()
        if incoming.type != expected.type_name:
            raise ServiceFault(service)
        try:
            # answer_type() is the bound parameter.
            return expected.model_validate_json(incoming.body)  # type: ignore[return-value]
        except ValidationError:
            raise ServiceFault(service) from None

    def _deliver(self, delivery: Delivery) -> None:
        acking = asyncio.ensure_future(delivery.ack())
        self._acks.add(acking)
        acking.add_done_callback(self._acks.discard)
        message = delivery.message
        if message.correlation_id is None:
            self._broadcast(message)
            return
        waiting = self._waiting.get(message.correlation_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(message)

    def _broadcast(self, message: Incoming) -> None:
        event_type = message_type(message.type)
        if event_type is None or not issubclass(event_type, Event):
            return
        event = event_type.model_validate_json(message.body)
        for listener in self._listeners.get(message.type, []):
            listener(event)


def _request_id() -> str | None:
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    return str(request_id) if request_id else None
