"""How long registration waits for word of a mail (K12)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.registration.saga.domain import mail_order_delay


@pytest.mark.parametrize(
    ("orders", "minutes"), [(1, 5), (2, 10), (3, 20), (4, 40), (5, 60), (6, 60), (500, 60)]
)
def test_the_wait_doubles_up_to_an_hour(orders: int, minutes: int) -> None:
    """However often it was ordered."""
    assert mail_order_delay(orders) == timedelta(minutes=minutes)
