"""A registration that waits for somebody's word, and how long before it is said again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from messages.registration import ProvisionalState

MAIL_ORDERS_BEFORE_ALARM = 3
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=1)


def mail_order_delay(orders: int) -> timedelta:
    """How long to wait for word of a mail after ordering it for the `orders`-th time: 5 min, doubled each
    time, at most 1 h (K12). A mail that waits for its relay needs no further order, and none harms it.
    """
    return min(_FIRST_WAIT * (1 << min(orders - 1, 10)), _LONGEST_WAIT)


@dataclass(frozen=True)
class StuckRegistration:
    """Whom it waits for is in `state`; `seconds` is for how long by now, `tries` how often that one was told
    again.
    """

    registration_key: UUID
    state: ProvisionalState
    since: datetime
    seconds: float
    tries: int
