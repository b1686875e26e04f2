"""A registration that waits for somebody's word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from messages.registration import ProvisionalState


@dataclass(frozen=True)
class StuckRegistration:
    """Whom it waits for is in `state`; `seconds` is for how long by now."""

    registration_key: UUID
    state: ProvisionalState
    since: datetime
    seconds: float
    redrives: int
