"""One message that could not be handled, and what the broker and its publishers noted on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aio_pika.abc import AbstractIncomingMessage

from chassis.messaging.message import context_of
from chassis.messaging.parsing import ForgedSender
from chassis.messaging.publisher import may_say, publisher_of
from chassis.messaging.setting_aside import ERROR_TYPE
from chassis.messaging.topology import OPERATOR


@dataclass(frozen=True)
class DeadLetter:
    """A message that could not be handled, as it lies there. Anything in it may be somebody's secret."""

    message_id: str = field(repr=False)
    type: str = field(repr=False)
    sender: str | None  # who laid it there, as the broker verified it
    publisher: str | None  # who said it first
    headers: Mapping[str, str | int] = field(repr=False)
    died_at: datetime | None  # where the broker noted it
    is_over_the_limit: bool  # the broker gave it up after too many deliveries: it need not be bad at all
    body: bytes = field(repr=False)

    @property
    def is_forged(self) -> bool:
        """It is not known to be from a component that says such things."""
        return self.headers.get(ERROR_TYPE) == ForgedSender.__name__ or not may_say(self.type, self.publisher)


def letter_of(message: AbstractIncomingMessage, work_queue: str, *, asked_by: str | None) -> DeadLetter:
    """What is known of it. Where all parts share one broker user, `asked_by` an operator as well, nobody can
    be told apart, and the owner of the queue is believed.
    """
    headers = {key: value for key, value in message.headers.items() if isinstance(value, str | int)}
    type_name, death = message.type or "", _death(message, work_queue)
    died_at, owner = death.get("time"), context_of(work_queue)
    sender = owner if message.user_id == asked_by != OPERATOR else message.user_id
    return DeadLetter(
        message_id=message.message_id or "",
        type=type_name,
        sender=message.user_id,
        publisher=publisher_of(type_name, sender, headers, owner=owner),
        headers=headers,
        died_at=_in_utc(died_at) if isinstance(died_at, datetime) else None,
        is_over_the_limit=death.get("reason") == "delivery_limit" and ERROR_TYPE not in headers,
        body=message.body,
    )


def _death(message: AbstractIncomingMessage, work_queue: str) -> Mapping[str, Any]:
    """The broker's note of the last death in that queue; the waiting rooms' notes beside it tell of retries
    only.
    """
    noted: Any = message.headers.get("x-death")
    deaths = noted if isinstance(noted, list) else []
    return next((each for each in deaths if isinstance(each, dict) and each.get("queue") == work_queue), {})


def _in_utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
