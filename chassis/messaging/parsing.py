"""From an envelope to a typed message, or to the one word that says why there is none."""

from __future__ import annotations

from uuid import UUID

from pydantic import ValidationError

from chassis.messaging.message import Incoming, Message, message_type

MAX_BODY = 256 * 1024  # bytes


class Poison(Exception):
    """The message can never be handled: no retry helps. The class is the reason, and all that is told."""


class NoEnvelope(Poison):
    """Not one of our envelopes: content type, size or message id."""


class UnknownType(Poison):
    """A type or version that this process does not know or does not handle."""


class DoesNotFitItsType(Poison):
    """The body is not what its type promises."""


class ForgedSender(Poison):
    """Published by a component that does not say such things."""


def parse(message: Incoming) -> tuple[type[Message], Message]:
    """The typed message. Raises one of the Poisons for anything that is not one."""
    kind = message_type(message.type)
    if kind is None:
        raise UnknownType
    if (
        message.content_type not in (None, "application/json")
        or len(message.body) > MAX_BODY
        or key_of(message) is None
    ):
        raise NoEnvelope
    try:
        return kind, kind.model_validate_json(message.body)
    except ValidationError:
        raise DoesNotFitItsType from None


def key_of(message: Incoming) -> UUID | None:
    """The message id, if it is one of ours."""
    try:
        return UUID(message.message_id)
    except ValueError:
        return None
