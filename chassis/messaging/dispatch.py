"""One delivery, from bytes to verdict: parse, find the handler, run it, then answer, retry or dead-letter."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from chassis.database.errors import TRANSIENT_ERRORS
from chassis.messaging.bus import Bus, Delivery, NotPublished
from chassis.messaging.message import Incoming, Message, Reply, message_type
from chassis.messaging.parsing import ForgedSender, Poison, UnknownType, parse
from chassis.messaging.publisher import may_say, publisher_of
from chassis.messaging.queue_time import QueueTime
from chassis.messaging.refusal import Refusal, RefusalData
from chassis.messaging.rpc_protocol import READS_SHARED, REQUEST_ID, OutOfTime, answer, seconds_left
from chassis.messaging.setting_aside import SettingAside, attempt_of
from chassis.messaging.shared_messages import apart
from chassis.messaging.sharing import SharingPublisher
from chassis.process.clock import monotonic
from chassis.process.failpoints import reach, working_on
from chassis.process.logger import Logger, with_log_fields
from chassis.process.logs import fault_fields
from chassis.process.metrics import HANDLED, HANDLING_SECONDS
from chassis.security.sealing import BrokenSeal

_log = Logger()

_PUBLISH_WITHIN = 5.0  # seconds
_CANCELLED_WITHIN = 1.0  # seconds
_LOOKS_AGAIN_EVERY = 0.5  # seconds
_PATIENCE = 20 * 60.0  # seconds; the broker takes a message away that is held for 30 minutes


@dataclass(frozen=True)
class DeliveryInfo:
    """What a handler may know about the delivery. `attempt` counts from 1."""

    message_id: str
    attempt: int


Handler = Callable[[Any, Any, DeliveryInfo], Awaitable[Reply | None]]


class Dispatch:
    """Handles the deliveries of one component, each in a task of its own that no lost connection can cancel
    (D9).
    """

    def __init__(
        self,
        bus: Bus,
        service: object,
        handlers: Mapping[type[Message], Handler],
        *,
        name: str,
        callers: Collection[str] = (),
    ) -> None:
        """`name` is the component; `callers` are the components that may ask it."""
        self._bus = bus
        self._service = service
        self._handlers = handlers
        self._name = name
        self._callers = callers
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._shared_replies = SharingPublisher(bus)
        self._queue_time = QueueTime()
        self._aside = SettingAside(bus, name=name, stopping=self._stopping)

    def request(self, delivery: Delivery) -> None:
        """Takes a request from an rpc queue."""
        self._start(self._answer(delivery))

    def event(self, delivery: Delivery) -> None:
        """Takes an event from a work queue."""
        self._start(self._handle(delivery))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, *, at_most: float) -> None:
        """Waits for what is in hand, at most that many seconds; the rest is cancelled, is given a moment to
        let go, and will be delivered again.
        """
        self._stopping.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=at_most)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=_CANCELLED_WITHIN)

    async def _answer(self, delivery: Delivery) -> None:
        """Each call of the message, side by side: a slow one holds nobody's answer back."""
        calls = _calls_in(delivery.message)
        if len(calls) == 1:
            await self._answer_call(calls[0])
        else:
            await asyncio.gather(*map(self._answer_call, calls))
        reach("ack.before")
        await delivery.ack()

    async def _answer_call(self, message: Incoming) -> None:
        outcome: Reply | RefusalData | OutOfTime | None = None
        with (
            with_log_fields(type=message.type, **_request_id(message)),
            working_on(message.type),
        ):
            try:
                self._require_caller(message)
                outcome = await self._run_in_time(message)
            except Refusal as refusal:
                outcome = refusal.as_data()
                _log.info("request.refused", code=refusal.code)
            except OutOfTime as late:
                outcome = late
                _log.warning("request.out_of_time")
            except Exception as fault:
                _log.error("request.failed", **fault_fields(fault))
            HANDLED.labels(_bounded(message.type), _outcome_name(outcome)).inc()
            reach("reply.before")
            if message.reply_to:
                replies = self._shared_replies if READS_SHARED in message.headers else self._bus
                try:
                    await replies.publish(answer(message, outcome), within=_PUBLISH_WITHIN)
                except NotPublished as error:
                    _log.info("reply.nobody_waits", reason=type(error).__name__)

    async def _run_in_time(self, message: Incoming) -> Reply | None:
        """Raises OutOfTime when the caller cannot hear the answer any more, before any work if that is known
        before.
        """
        left = seconds_left(message, self._queue_time)
        if not left:
            raise OutOfTime
        try:
            async with asyncio.timeout(left) as budget:
                return await self._run(message)
        except TimeoutError:
            if budget.expired():
                raise OutOfTime from None
            raise

    async def _handle(self, delivery: Delivery) -> None:
        message = delivery.message
        with (
            with_log_fields(type=message.type, message_id=message.message_id),
            working_on(message.type),
        ):
            try:
                self._require_publisher(message)
                if not await self._run_patiently(message):
                    return
            except (Poison, BrokenSeal, Refusal) as poison:
                await self._aside.bury(delivery, type(poison).__name__)
                return
            except Exception as fault:
                _log.error("event.failed", attempt=attempt_of(message), **fault_fields(fault))
                await self._aside.retry(delivery, type(fault).__name__)
                return
            reach("ack.before")
            await delivery.ack()
            HANDLED.labels(message.type, "done").inc()

    def _require_caller(self, message: Incoming) -> None:
        if self._bus.names_senders and message.sender not in self._callers:
            raise ForgedSender

    def _require_publisher(self, message: Incoming) -> None:
        publisher = publisher_of(message.type, message.sender, message.headers, owner=self._name)
        if self._bus.names_senders and not may_say(message.type, publisher):
            raise ForgedSender

    async def _run_patiently(self, message: Incoming) -> bool:
        """Holds an event in hand while the component's own database is away: that is no fault of the event
        and costs no attempt.

        False when the component stops meanwhile; the event is then delivered again to another replica, or
        after the start.
        """
        gives_up_at = monotonic() + _PATIENCE
        while not self._stopping.is_set():
            try:
                await self._run(message)
            except TRANSIENT_ERRORS as trouble:
                if monotonic() > gives_up_at:
                    raise
                _log.warning("event.waits_for_database", **fault_fields(trouble))
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LOOKS_AGAIN_EVERY):
                        await self._stopping.wait()
            else:
                return True
        return False

    async def _run(self, message: Incoming) -> Reply | None:
        kind, parsed = parse(message)
        handler = self._handlers.get(kind)
        if handler is None:
            raise UnknownType
        began = monotonic()
        try:
            info = DeliveryInfo(message.message_id, attempt_of(message))
            return await handler(self._service, parsed, info)
        finally:
            HANDLING_SECONDS.labels(message.type).observe(monotonic() - began)


def _calls_in(message: Incoming) -> list[Incoming]:
    """A shared message that cannot be read is answered as a whole: its calls come again one by one."""
    try:
        return apart(message)
    except Poison:
        return [message]


def _request_id(message: Incoming) -> dict[str, str]:
    return {"request_id": str(message.headers[REQUEST_ID])} if REQUEST_ID in message.headers else {}


def _outcome_name(outcome: Reply | RefusalData | OutOfTime | None) -> str:
    if outcome is None:
        return "failed"
    if isinstance(outcome, OutOfTime):
        return "late"
    return "refused" if isinstance(outcome, RefusalData) else "answered"


def _bounded(type_name: str) -> str:
    """For labels: anybody may send any type."""
    return type_name if message_type(type_name) else "unknown"
