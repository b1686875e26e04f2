"""What the page after 仮登録 is told (Q22)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.registration_harness import Harness

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_key
from messages.registration import ProvisionalState, RefusalCode


async def test_the_page_is_told_that_the_mail_has_not_left(harness: Harness) -> None:
    """Q22: 送信待ち; the clock has not started."""
    shown = await harness.show((await harness.register()).registration_key)
    assert (shown.state, shown.activation_deadline) == (ProvisionalState.REGISTERED, None)


async def test_the_page_is_told_of_an_expiry_before_any_sweep(harness: Harness) -> None:
    """Expiry is true at read time."""
    registered = await harness.register()
    await harness.let_pass(timedelta(hours=33))
    assert (await harness.show(registered.registration_key)).state is ProvisionalState.EXPIRED


async def test_an_unknown_registration_is_not_shown(harness: Harness) -> None:
    """Deleted, or never there."""
    with pytest.raises(Refusal, match=RefusalCode.ACTIVATION_UNKNOWN):
        await harness.show(new_key())
