"""Requests and their answers over the bus: one answer per request, within its deadline, or a clear word why not (ADR 0001).

Only the gateway calls; services exchange events. A call is never persistent and never dead-lettered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import structlog
from pydantic import ValidationError

from chassis.bus import Bus, Consumer, Delivery, NotPublished, Unknown
from chassis.clock import monotonic
from chassis.message import Event, Incoming, Outgoing, Reply, Request, context_of, message_type
from chassis.metrics import CALLS
from chassis.refusal import Refusal, RefusalData
from chassis.tokens import new_key
from chassis.topology import REPLIES, reply_queue, rpc_exchange, rpc_queue

_log = structlog.get_logger(__name__)

Answer = TypeVar("Answer", bound=Reply)
OUTCOME = "x-outcome"
REMAINING_MS = "x-timeout-ms"
REQUEST_ID = "x-request-id"
REFUSED, FAILED = "refused", "failed"


class ServiceTrouble(Exception):
    """The service did not do its work; the text is the service's name."""


class ServiceDown(ServiceTrouble):
    """Nobody is there, or the bus is away, or the queue is full: nothing was done."""


class NoAnswer(ServiceTrouble):
    """The deadline passed: it may have been done or not."""


class ServiceFault(ServiceTrouble):
    """The service failed while working on it."""


class RpcClient:
    """Calls services from one process. Replies and broadcasts reach it through one exclusive queue."""

    def __init__(self, bus: Bus, *, process: str) -> None:
        self._bus = bus
        self._queue = reply_queue(process, new_key().hex[-12:])
        self._waiting: dict[str, asyncio.Future[Incoming]] = {}
        self._listeners: dict[str, list[Callable[[Event], None]]] = {}
        self._consumer: Consumer | None = None
        self._starting: asyncio.Task[None] | None = None
        self._acks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begins to listen for replies; returns at once, even while the broker is away."""
        self._starting = asyncio.create_task(self._listen())

    @property
    def is_listening(self) -> bool:
        """Whether replies can reach this process yet."""
        return self._consumer is not None

    async def _listen(self) -> None:
        self._consumer = await self._bus.consume(self._queue, self._deliver, at_most=1000)

    async def stop(self) -> None:
        """Stops listening; calls still under way end with NoAnswer."""
        if self._starting:
            self._starting.cancel()
        if self._consumer:
            await self._consumer.cancel()
        for waiting in self._waiting.values():
            waiting.cancel()

    def on_broadcast(self, event_type: type[Event], callback: Callable[[Event], None]) -> None:
        """Calls back for each broadcast of that type."""
        self._listeners.setdefault(event_type.type_name, []).append(callback)

    async def call(self, request: Request[Answer], *, within: float) -> Answer:
        """The answer. Raises Refusal, ServiceDown, NoAnswer or ServiceFault. `within` is in seconds."""
        service, outcome = context_of(request.type_name), "answered"
        try:
            return await self._call(request, service, within)
        except Refusal:
            outcome = "refused"
            raise
        except ServiceTrouble as trouble:
            outcome = type(trouble).__name__
            raise
        finally:
            CALLS.labels(request.type_name, outcome).inc()

    async def _call(self, request: Request[Answer], service: str, within: float) -> Answer:
        ends = monotonic() + within
        if not self.is_listening:
            raise ServiceDown(service)  # no place for an answer yet
        call_id = new_key()
        future = asyncio.get_running_loop().create_future()
        self._waiting[str(call_id)] = future
        try:
            async with asyncio.timeout(within):
                await self._send(request, service, call_id.hex, within, Outgoing(
                    exchange=rpc_exchange(service),
                    routing_key=rpc_queue(service, request.lane).name,
                    type=request.type_name,
                    message_id=call_id,
                    body=request.model_dump_json().encode(),
                    headers={REMAINING_MS: int(within * 1000), **_request_id()},
                    correlation_id=str(call_id),
                    reply_to=self._queue.name,
                    expires_in=within,
                ))
                incoming = await future
        except TimeoutError:
            _log.warning("rpc.no_answer", type=request.type_name, late_by=round(monotonic() - ends, 3))
            raise NoAnswer(service) from None
        finally:
            del self._waiting[str(call_id)]
        return self._read(incoming, request, service)

    async def _send(self, request: Request[Answer], service: str, call_id: str, within: float, message: Outgoing) -> None:
        try:
            await self._bus.publish(message, within=within)
        except Unknown:
            raise NoAnswer(service) from None
        except NotPublished as error:
            _log.warning("rpc.service_down", type=request.type_name, call=call_id, reason=type(error).__name__)
            raise ServiceDown(service) from None

    def _read(self, incoming: Incoming, request: Request[Answer], service: str) -> Answer:
        outcome = incoming.headers.get(OUTCOME)
        if outcome == REFUSED:
            raise Refusal.from_data(RefusalData.model_validate_json(incoming.body))
        if outcome == FAILED:
            raise ServiceFault(service)
        expected = request.answer_type()
        if incoming.type != expected.type_name:
            raise ServiceFault(service)
        try:
            return expected.model_validate_json(incoming.body)  # type: ignore[return-value] # answer_type() is the bound parameter
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


def _request_id() -> dict[str, str]:
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    return {REQUEST_ID: str(request_id)} if request_id else {}


def answer(request: Incoming, outcome: Reply | RefusalData | None) -> Outgoing:
    """The envelope of an answer: a reply, a refusal, or None for a fault."""
    if outcome is None:
        type_name, body, headers = "fault", b"{}", {OUTCOME: FAILED}
    elif isinstance(outcome, RefusalData):
        type_name, body, headers = "refusal", outcome.model_dump_json().encode(), {OUTCOME: REFUSED}
    else:
        type_name, body, headers = outcome.type_name, outcome.model_dump_json().encode(), {}
    return Outgoing(
        exchange=REPLIES,
        routing_key=request.reply_to or "",
        type=type_name,
        message_id=new_key(),
        body=body,
        headers=dict(headers),
        correlation_id=request.correlation_id,
        expires_in=10,
    )
