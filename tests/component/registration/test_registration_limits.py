"""How often a contract may register and a mailbox be written to (Q10, X24)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.registration_harness import Harness

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_key
from messages.registration import RefusalCode


async def refusal_of(harness: Harness, **details: object) -> Refusal:
    """The no that a registration gets."""
    with pytest.raises(Refusal) as refused:
        await harness.register(**details)
    return refused.value


async def test_a_sixth_registration_of_a_contract_within_a_day_has_to_wait(harness: Harness) -> None:
    """Q10."""
    contract_key = new_key()
    for number in range(5):
        await harness.register(contract_key=contract_key, mail=f"taro{number}@example.jp")
    refusal = await refusal_of(harness, contract_key=contract_key, mail="taro6@example.jp")
    assert refusal.code == RefusalCode.TOO_MANY_REGISTRATIONS
    assert 86_000 < (refusal.retry_after_seconds or 0) <= 86_401


async def test_one_mailbox_gets_three_mails_an_hour_whoever_orders_them(harness: Harness) -> None:
    """X24: contracts, letter case and tags make no difference."""
    for number, mail in enumerate(["victim@example.jp", "Victim@example.jp", "victim+x@example.jp"]):
        await harness.register(account_id=f"Taro-{number:02}", mail=mail)
    refusal = await refusal_of(harness, account_id="Taro-99", mail="VICTIM@example.jp")
    assert refusal.code == RefusalCode.TOO_MANY_REGISTRATIONS
    assert 3_500 < (refusal.retry_after_seconds or 0) <= 3_601


async def test_one_mailbox_gets_six_mails_a_day(harness: Harness) -> None:
    """X24."""
    for number in range(6):
        await harness.register(account_id=f"Taro-{number:02}", mail="victim@example.jp")
        await harness.let_pass(timedelta(hours=1))
    assert (
        await refusal_of(harness, account_id="Taro-99", mail="victim@example.jp")
    ).code == RefusalCode.TOO_MANY_REGISTRATIONS
