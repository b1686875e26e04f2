"""A link or key that leads to no registration."""

from __future__ import annotations

import pytest
from support.registrations import a_provisional_account

from chassis.messaging.refusal import Refusal
from messages.registration import RefusalCode
from services.registration.provisional.domain import require_known


def test_an_unknown_registration_is_refused_and_a_known_one_handed_on() -> None:
    """Nobody learns more than that the link is not known (T20)."""
    account = a_provisional_account()
    assert require_known(account) is account
    with pytest.raises(Refusal) as refused:
        require_known(None)
    assert refused.value.code == RefusalCode.ACTIVATION_UNKNOWN
