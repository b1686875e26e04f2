"""Several envelopes of one way in one message (ADR 0035): each keeps its own type, ids, headers
and body. The body is a JSON array; what the envelopes have in common stands on the message itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, TypeAdapter, ValidationError

from chassis.messaging.message import Incoming, Outgoing
from chassis.messaging.parsing import MAX_BODY, DoesNotFitItsType
from chassis.security.tokens import new_key

SHARED = "shared"  # the type of such a message
MOST_TOGETHER = 64  # envelopes
MOST_BYTES = MAX_BODY // 2  # of bodies: as texts within JSON they are at most twice as long


class _Part(BaseModel):
    type: str
    message_id: str
    correlation_id: str | None
    headers: dict[str, str | int]
    body: str


_parts = TypeAdapter(list[_Part])


def together(envelopes: Sequence[Outgoing]) -> Outgoing:
    """One message for all of them, who go the same way. Whoever cannot read it answers to its own id."""
    first, key = envelopes[0], new_key()
    parts = [
        _Part(
            type=each.type,
            message_id=str(each.message_id),
            correlation_id=each.correlation_id,
            headers=dict(each.headers),
            body=each.body.decode(),
        )
        for each in envelopes
    ]
    return Outgoing(
        exchange=first.exchange,
        routing_key=first.routing_key,
        type=SHARED,
        message_id=key,
        body=_parts.dump_json(parts),
        correlation_id=str(key),
        reply_to=first.reply_to,
        expires_in=max(each.expires_in or 0.0 for each in envelopes),
    )


def apart(message: Incoming) -> list[Incoming]:
    """The envelopes of a shared message, from the sender that the broker verified; of any other message only
    itself. Raises DoesNotFitItsType.
    """
    if message.type != SHARED:
        return [message]
    if len(message.body) > MAX_BODY:
        raise DoesNotFitItsType
    try:
        parts = _parts.validate_json(message.body)
    except ValidationError:
        raise DoesNotFitItsType from None
    if not 0 < len(parts) <= MOST_TOGETHER:
        raise DoesNotFitItsType
    return [
        Incoming(
            queue=message.queue,
            type=part.type,
            message_id=part.message_id,
            body=part.body.encode(),
            headers=part.headers,
            content_type=message.content_type,
            correlation_id=part.correlation_id,
            reply_to=message.reply_to,
            sender=message.sender,
        )
        for part in parts
    ]
