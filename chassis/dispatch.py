"""One delivery, from bytes to verdict: parse, find the handler, run it, then answer, retry or dead-letter."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from pydantic import ValidationError

from chassis.bus import Bus, Delivery, NotPublished
from chassis.clock import monotonic
from chassis.logs import fault_fields
from chassis.message import Incoming, Message, Outgoing, Reply, message_type
from chassis.metrics import HANDLED, HANDLING_SECONDS
from chassis.refusal import Refusal, RefusalData
from chassis.rpc import REMAINING_MS, REQUEST_ID, answer
from chassis.sealing import BrokenSeal
from chassis.topology import DEAD, retry_exchange

_log = structlog.get_logger(__name__)

ATTEMPT = "x-attempt"
LADDER = ("10s", "1m", "10m")
_PUBLISH_WITHIN = 5.0  # seconds
_LONGEST_BODY = 256 * 1024  # bytes


@dataclass(frozen=True)
class Received:
    """What a handler may know about the delivery. `attempt` counts from 1."""

    message_id: str
    attempt: int
    sender: str | None


Handler = Callable[[Any, Any, Received], Awaitable[Reply | None]]


class Poison(Exception):
    """The message can never be handled: no retry helps. The text is a class of reason, never content."""


class Dispatch:
    """Handles the deliveries of one component, each in a task of its own that no lost connection can cancel (D9)."""

    def __init__(self, bus: Bus, service: object, handlers: Mapping[type[Message], Handler]) -> None:
        self._bus = bus
        self._service = service
        self._handlers = handlers
        self._tasks: set[asyncio.Task[None]] = set()

    def request(self, delivery: Delivery) -> None:
        """Takes a request from an rpc queue."""
        self._start(self._answer(delivery))

    def event(self, delivery: Delivery) -> None:
        """Takes an event from a work queue."""
        self._start(self._handle(delivery))

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, *, at_most: float) -> None:
        """Waits for what is in hand, at most that many seconds; the rest is cancelled and will be delivered again."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=at_most)
            for task in late:
                task.cancel()

    async def _answer(self, delivery: Delivery) -> None:
        message = delivery.message
        outcome: Reply | RefusalData | None = None
        with structlog.contextvars.bound_contextvars(type=message.type, **_request_id(message)):
            try:
                async with asyncio.timeout(_budget(message)):
                    outcome = await self._run(message)
            except Refusal as refusal:
                outcome = refusal.as_data()
                _log.info("request.refused", code=refusal.code)
            except TimeoutError:
                _log.warning("request.out_of_time")
            except Exception as fault:
                _log.error("request.failed", **fault_fields(fault))
            if message.reply_to:
                try:
                    await self._bus.publish(answer(message, outcome), within=_PUBLISH_WITHIN)
                except NotPublished as error:
                    _log.info("reply.nobody_waits", reason=type(error).__name__)
            await delivery.ack()
            HANDLED.labels(message.type if message_type(message.type) else "unknown", _outcome_name(outcome)).inc()

    async def _handle(self, delivery: Delivery) -> None:
        message = delivery.message
        with structlog.contextvars.bound_contextvars(type=message.type, message_id=message.message_id):
            try:
                await self._run(message)
            except (Poison, BrokenSeal, Refusal) as poison:
                await self._bury(delivery, type(poison).__name__)
                return
            except Exception as fault:
                _log.error("event.failed", attempt=_attempt(message), **fault_fields(fault))
                await self._retry(delivery, type(fault).__name__)
                return
            await delivery.ack()
            HANDLED.labels(message.type, "done").inc()

    async def _run(self, message: Incoming) -> Reply | None:
        kind, parsed = parse(message)
        handler = self._handlers.get(kind)
        if handler is None:
            raise Poison("nobody handles this type here")
        began = monotonic()
        try:
            return await handler(self._service, parsed, Received(message.message_id, _attempt(message), message.sender))
        finally:
            HANDLING_SECONDS.labels(message.type).observe(monotonic() - began)

    async def _retry(self, delivery: Delivery, error: str) -> None:
        attempt = _attempt(delivery.message)
        if attempt > len(LADDER):
            await self._bury(delivery, error)
            return
        copy = _copy(delivery.message, retry_exchange(LADDER[attempt - 1]), {ATTEMPT: attempt + 1})
        await self._republish(delivery, copy)
        HANDLED.labels(delivery.message.type, "retried").inc()

    async def _bury(self, delivery: Delivery, error: str) -> None:
        _log.error("event.dead", error=error, queue=delivery.message.queue)
        if _is_uuid(delivery.message.message_id):
            await self._republish(delivery, _copy(delivery.message, DEAD, {"x-error-type": error}))
        else:
            await delivery.dead_letter()
        HANDLED.labels(delivery.message.type if message_type(delivery.message.type) else "unknown", "dead").inc()

    async def _republish(self, delivery: Delivery, copy: Outgoing) -> None:
        """The copy is confirmed before the original is acknowledged; a crash between makes a duplicate, which the inbox eats."""
        try:
            await self._bus.publish(copy, within=_PUBLISH_WITHIN)
        except NotPublished:
            await asyncio.sleep(1)
            await delivery.requeue()
            return
        await delivery.ack()


def parse(message: Incoming) -> tuple[type[Message], Message]:
    """The typed message. Raises Poison for anything that is not one."""
    kind = message_type(message.type)
    if kind is None:
        raise Poison("unknown type")
    if message.content_type not in (None, "application/json") or len(message.body) > _LONGEST_BODY or not _is_uuid(message.message_id):
        raise Poison("not one of our envelopes")
    try:
        return kind, kind.model_validate_json(message.body)
    except ValidationError:
        raise Poison("does not fit its type") from None


def _copy(message: Incoming, exchange: str, headers: Mapping[str, str | int]) -> Outgoing:
    return Outgoing(
        exchange=exchange,
        routing_key=message.queue,
        type=message.type,
        message_id=UUID(message.message_id),
        body=message.body,
        headers={**message.headers, **headers},
        persistent=True,
    )


def _attempt(message: Incoming) -> int:
    value = message.headers.get(ATTEMPT, 1)
    return value if isinstance(value, int) and value > 0 else 1


def _budget(message: Incoming) -> float:
    value = message.headers.get(REMAINING_MS)
    return max(0.0, int(value) / 1000 - 0.05) if isinstance(value, int) else 10.0


def _request_id(message: Incoming) -> dict[str, str]:
    return {"request_id": str(message.headers[REQUEST_ID])} if REQUEST_ID in message.headers else {}


def _outcome_name(outcome: Reply | RefusalData | None) -> str:
    return "failed" if outcome is None else "refused" if isinstance(outcome, RefusalData) else "answered"


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
