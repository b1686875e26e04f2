"""An account that identity may have opened after a log-in had looked for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.registrations import NOON, TICKET, a_mailed_account

from messages.registration import ProvisionalState

S = ProvisionalState


@pytest.mark.parametrize(("seconds", "lately"), [(0, True), (9, True), (10, False), (3600, False)])
def test_for_ten_seconds_a_log_in_may_have_missed_the_account(seconds: int, lately: bool) -> None:
    """From when identity was heard to have opened it, which may be long after 本登録."""
    activated = a_mailed_account().activate(NOON, TICKET)
    opened = NOON + timedelta(minutes=3)
    now = opened + timedelta(seconds=seconds)
    assert activated.completed(opened).was_opened_lately(now) is lately
    assert not activated.was_opened_lately(now)
    assert not a_mailed_account().was_opened_lately(now)
