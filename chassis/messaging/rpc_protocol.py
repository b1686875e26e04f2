"""What a caller and a service agree on: the envelopes of a request and of its answer, and their headers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from chassis.messaging.message import Incoming, Outgoing, Reply, Request, context_of
from chassis.messaging.queue_time import QueueTime
from chassis.messaging.refusal import RefusalData
from chassis.messaging.topology import REPLIES, rpc_exchange, rpc_queue
from chassis.process.clock import monotonic
from chassis.security.tokens import new_key

TIMEOUT_MS = "x-timeout-ms"  # how long the caller waits
SENT_MS = "x-sent-ms"  # when it began to wait, on its own monotonic clock
REQUEST_ID = "x-request-id"  # what ties the logs of one page together
OUTCOME = "x-outcome"  # of an answer: REFUSED, FAILED, LATE, or absent on a reply
READS_SHARED = "x-reads-shared"  # of a request: its answer may come in a shared message
REFUSED, FAILED, LATE = "refused", "failed", "late"

_ON_THE_WAY = 0.05  # seconds that a request and its answer may travel
_DEFAULT_TIMEOUT = 10.0  # seconds, for a request that does not say
_ANSWER_LIVES = 10.0  # seconds


def request(
    message: Request[Any],
    *,
    call_id: UUID,
    reply_to: str,
    within: float,
    request_id: str | None,
    reads_shared: bool = False,
) -> Outgoing:
    """The envelope of a request. `within` is how long its caller waits, in seconds: it is gone after that."""
    service = context_of(message.type_name)
    headers: dict[str, str | int] = {TIMEOUT_MS: int(within * 1000), SENT_MS: int(monotonic() * 1000)}
    if request_id:
        headers[REQUEST_ID] = request_id
    if reads_shared:
        headers[READS_SHARED] = 1
    return Outgoing(
        exchange=rpc_exchange(service),
        routing_key=rpc_queue(service, message.lane).name,
        type=message.type_name,
        message_id=call_id,
        body=message.model_dump_json().encode(),
        headers=headers,
        correlation_id=str(call_id),
        reply_to=reply_to,
        expires_in=within,
    )


def seconds_left(asked: Incoming, queue_time: QueueTime) -> float:
    """How long a service may still work on a request, so that its answer is in time: zero for one that waited
    too long on its way.
    """
    timeout, sent = asked.headers.get(TIMEOUT_MS), asked.headers.get(SENT_MS)
    budget = timeout / 1000 if isinstance(timeout, int) else _DEFAULT_TIMEOUT
    waited = queue_time.of(asked.reply_to or "", sent / 1000, monotonic()) if isinstance(sent, int) else 0.0
    return max(0.0, budget - waited - _ON_THE_WAY)


class OutOfTime(Exception):
    """The answer to a request that was dropped, or given up, as its caller cannot hear a better one in
    time.
    """


def answer(asked: Incoming, outcome: Reply | RefusalData | OutOfTime | None) -> Outgoing:
    """The envelope of an answer: a reply, a refusal, the word that it was too late, or None for a fault."""
    headers: dict[str, str | int] = {}
    if outcome is None:
        type_name, body, headers = "fault", b"{}", {OUTCOME: FAILED}
    elif isinstance(outcome, OutOfTime):
        type_name, body, headers = "late", b"{}", {OUTCOME: LATE}
    elif isinstance(outcome, RefusalData):
        type_name, body, headers = "refusal", outcome.model_dump_json().encode(), {OUTCOME: REFUSED}
    else:
        type_name, body = outcome.type_name, outcome.model_dump_json().encode()
    return Outgoing(
        exchange=REPLIES,
        routing_key=asked.reply_to or "",
        type=type_name,
        message_id=new_key(),
        body=body,
        headers=headers,
        correlation_id=asked.correlation_id,
        expires_in=_ANSWER_LIVES,
    )
