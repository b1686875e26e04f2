"""What may be shown of a dead letter: keys, moments and the names of things. Whoever wrote it may have put a
secret anywhere.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from chassis.messaging.rabbit.dead_letter import DeadLetter
from chassis.messaging.setting_aside import ATTEMPT, ERROR_TYPE

HIDDEN = "***"
_DELIVERY_LIMIT = "DeliveryLimit"  # no class of ours: the broker gave it up, nothing need be wrong with it
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
_TYPE = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,60}\.v\d{1,3}")
_CLASS_NAME = re.compile(r"[A-Z][A-Za-z]{1,60}")
_FIELD = re.compile(r"[a-z][a-z_]{0,60}")
_USER = re.compile(r"[a-z][a-z-]{0,30}")


@dataclass(frozen=True)
class ShownLetter:
    """A dead letter without anything that could be personal or secret. Unknown things are None, hidden ones
    are ***.
    """

    message_id: str
    type: str
    said_at: datetime | None
    died_at: datetime | None
    error: str | None
    attempt: int | None
    sender: str | None  # who said it first
    forged: bool
    size: int  # bytes
    fields: dict[str, str] | None  # None: the body is no JSON object

    @property
    def since(self) -> datetime | None:
        """The moment that its age counts from."""
        return self.died_at or self.said_at


def shown(letter: DeadLetter) -> ShownLetter:
    """The harmless part of a dead letter."""
    attempt = letter.headers.get(ATTEMPT)
    error = _DELIVERY_LIMIT if letter.is_over_the_limit else letter.headers.get(ERROR_TYPE)
    return ShownLetter(
        message_id=_if(_UUID, letter.message_id),
        type=_if(_TYPE, letter.type),
        said_at=_said_at(letter.message_id),
        died_at=letter.died_at,
        error=None if error is None else _if(_CLASS_NAME, error),
        attempt=attempt if isinstance(attempt, int) else None,
        sender=None if letter.publisher is None else _if(_USER, letter.publisher),
        forged=letter.is_forged,
        size=len(letter.body),
        fields=_fields(letter.body),
    )


def _if(pattern: re.Pattern[str], value: object) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else HIDDEN


def _said_at(message_id: str) -> datetime | None:
    """Our ids are UUIDv7: their first 48 bits are the milliseconds at which the message was said."""
    if not _UUID.fullmatch(message_id) or UUID(message_id).version != 7:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=UUID(message_id).int >> 80)
    except OverflowError:
        return None


def _fields(body: bytes) -> dict[str, str] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    return {_if(_FIELD, name): _value(name, value) for name, value in found.items()}


def _value(name: str, value: object) -> str:
    if name.endswith("_key"):
        return _if(_UUID, value)
    return _if(_MOMENT, value) if name.endswith("_at") else HIDDEN
