"""Requests and their answers over the bus: one answer per request, within its deadline, or a clear word why
not (ADR 0001).

Only the gateway calls; services exchange events. A call is never persistent and never dead-lettered.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import ValidationError

from chassis.messaging import rpc_protocol
from chassis.messaging.breaker import BulkheadFull, CallOutcome, CircuitOpen
from chassis.messaging.bus import Bus, NotPublished, Unknown
from chassis.messaging.lane_places import LanePlaces
from chassis.messaging.message import Event, Incoming, Lane, Outgoing, Reply, Request, context_of
from chassis.messaging.refusal import Refusal, RefusalData
from chassis.messaging.reply_listener import ReplyListener
from chassis.messaging.sharing import SharingPublisher
from chassis.messaging.topology import Queue
from chassis.process.clock import monotonic
from chassis.process.failpoints import reach
from chassis.process.logger import Logger, log_fields
from chassis.process.metrics import BREAKER_OPEN, CALLS
from chassis.security.tokens import new_key

_log = Logger()

Answer = TypeVar("Answer", bound=Reply)

_SHARES_AGAIN_AFTER = 60.0  # seconds after a release answered that does not know shared messages
_MAY_WAIT = 0.5  # of a call's time for its turn; the rest is for the work


class ServiceTrouble(Exception):
    """The service did not do its work; the text is the service's name."""


class ServiceDown(ServiceTrouble):
    """Nobody is there, or the bus is away, or the queue is full: nothing was done."""


class BreakerOpen(ServiceDown):
    """It did not answer lately; it is asked again soon."""


class TooBusy(ServiceDown):
    """As many calls as one process may have are under way to it, and the turn did not come in time."""


class NoAnswer(ServiceTrouble):
    """The deadline passed: it may have been done or not."""


class GivenUp(NoAnswer):
    """It says that it did not get to it in time: it has too much to do. Hardly ever was it done."""


class RepliesLost(NoAnswer):
    """The queue for the answer went away: it may have been done or not."""


class ServiceFault(ServiceTrouble):
    """The service failed while working on it."""


class RpcClient:
    """Calls services from one process. Replies and broadcasts reach it through one exclusive queue.

    A lane of a service that does not answer is left alone for a while, and gets no more calls at once than it
    has places (chassis.messaging.breaker). Beyond them as many again wait for their turn; others hear
    ServiceDown at once.
    """

    def __init__(self, bus: Bus, *, process: str, shares: bool = True) -> None:
        """`shares`: whether calls that come fast leave several in one message (ADR 0035)."""
        self._bus = bus
        self._shares = shares
        self._shares_again_at = 0.0
        self._sharing = SharingPublisher(bus, self._expect_together)
        self._replies = ReplyListener(bus, process=process)
        self.listening = self._replies.listening
        self._lanes: defaultdict[tuple[str, Lane], LanePlaces] = defaultdict(LanePlaces)

    async def start(self) -> None:
        """Begins to listen for replies; returns at once, even while the broker is away."""
        self._replies.start()

    async def stop(self) -> None:
        """Stops listening; calls still under way end with RepliesLost."""
        await self._replies.stop()

    def hears_in(self) -> Queue | None:
        """Where broadcasts reach this process now; another one after each loss, in which some may have been
        lost, too. None while they do not.
        """
        return self._replies.queue

    def on_broadcast(self, event_type: type[Event], callback: Callable[[Event], None]) -> None:
        """Calls back for each broadcast of that type."""
        self._replies.on_broadcast(event_type, callback)

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
        lane = self._lanes[service, request.lane]
        ends_at = monotonic() + within
        try:
            place = await lane.take(at_most=within * _MAY_WAIT)
        except CircuitOpen:
            raise BreakerOpen(service) from None
        except BulkheadFull:
            raise TooBusy(service) from None
        call_outcome = CallOutcome.INCONCLUSIVE
        try:
            answer = await self._call(request, service, ends_at - monotonic(), lane)
            call_outcome = CallOutcome.ANSWERED
            return answer
        except (Refusal, ServiceFault):
            call_outcome = CallOutcome.ANSWERED
            raise
        except GivenUp:
            call_outcome = CallOutcome.TOO_MUCH
            raise
        except NoAnswer as trouble:
            if not isinstance(trouble, RepliesLost):
                call_outcome = CallOutcome.LATE
            raise
        finally:
            lane.give_back(place, call_outcome)
            BREAKER_OPEN.labels(service, request.lane).set(lane.is_open)

    async def _call(self, request: Request[Answer], service: str, within: float, lane: LanePlaces) -> Answer:
        queue = self._replies.queue
        if queue is None:
            raise ServiceDown(service)  # no place for an answer
        envelope = rpc_protocol.request(
            request,
            call_id=new_key(),
            reply_to=queue.name,
            within=within,
            request_id=_request_id(),
            reads_shared=self._shares,
        )
        try:
            async with asyncio.timeout(within):
                incoming = await self._ask(envelope, request.lane, lane, within)
        except TimeoutError:
            _log.warning("rpc.no_answer", type=request.type_name)
            raise NoAnswer(service) from None
        if incoming is None:
            raise RepliesLost(service)
        return self._read(incoming, request, service)

    async def _ask(
        self, envelope: Outgoing, lane: Lane, places: LanePlaces, within: float
    ) -> Incoming | None:
        """Once more, and alone, if it shared a message that the service could not read."""
        shares = self._shares and lane is Lane.FAST and monotonic() >= self._shares_again_at
        incoming = await self._ask_once(envelope, self._sharing if shares else self._bus, places, within)
        if not incoming or incoming.correlation_id == envelope.correlation_id:
            return incoming
        if incoming.headers.get(rpc_protocol.OUTCOME) != rpc_protocol.FAILED:
            return incoming
        self._shares_again_at = monotonic() + _SHARES_AGAIN_AFTER
        _log.warning("rpc.shared_message_not_read", type=envelope.type)
        return await self._ask_once(envelope, self._bus, places, within)

    async def _ask_once(
        self, envelope: Outgoing, bus: Bus | SharingPublisher, places: LanePlaces, within: float
    ) -> Incoming | None:
        service, call_id = context_of(envelope.type), str(envelope.message_id)
        answer = self._replies.expect(call_id, service, places.heard)
        try:
            await self._send(envelope, bus, service, within)
            return await answer
        finally:
            self._replies.forget(call_id)

    def _expect_together(self, message: Outgoing, calls: Sequence[Outgoing]) -> None:
        call_ids = [str(call.message_id) for call in calls]
        self._replies.expect_together(str(message.message_id), call_ids)

    async def _send(
        self, envelope: Outgoing, bus: Bus | SharingPublisher, service: str, within: float
    ) -> None:
        reach("rpc.before_publish", envelope.type)
        try:
            await bus.publish(envelope, within=within)
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
        if outcome == rpc_protocol.LATE:
            raise GivenUp(service)
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


def _request_id() -> str | None:
    request_id = log_fields().get("request_id")
    return str(request_id) if request_id else None
