"""A registration whose customer number passes on to another holder (Q23)."""

from __future__ import annotations

import pytest
from support.registrations import NOON, a_mailed_account

from messages.registration import ProvisionalState

S = ProvisionalState


@pytest.mark.parametrize("state", [S.REGISTERED, S.MAIL_SENT])
def test_a_live_registration_ends_when_its_contract_has_another_holder(state: ProvisionalState) -> None:
    """Q23: nothing personal stays."""
    ended = a_mailed_account(state=state).with_contract_replaced(NOON)
    assert (ended.state, ended.ended_at, ended.email_address) == (S.REJECTED, NOON, None)


@pytest.mark.parametrize("state", [S.ACTIVATED, S.COMPLETED, S.EXPIRED, S.SUPERSEDED])
def test_another_holder_changes_nothing_of_what_is_decided(state: ProvisionalState) -> None:
    """Identity judges what was activated; the rest is over."""
    account = a_mailed_account(state=state)
    assert account.with_contract_replaced(NOON) is account
