"""[IDチェック] (T12, Q6, Q9, X7)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.registration_harness import Harness

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_key
from messages.registration import RefusalCode


async def test_an_unused_id_is_available(harness: Harness) -> None:
    """T12: 使用できます."""
    assert await harness.is_available("Taro-01")


async def test_a_check_reserves_nothing(harness: Harness) -> None:
    """Q9: whoever registers first has it."""
    await harness.is_available("Taro-01")
    assert await harness.register(account_id="Taro-01")


async def test_an_id_that_another_contract_holds_is_not_available(harness: Harness) -> None:
    """T12: 使用できません, in any letter case."""
    await harness.register(account_id="Taro-01")
    assert not await harness.is_available("tARO-01")


async def test_an_id_that_the_contract_itself_holds_is_available(harness: Harness) -> None:
    """Q10: it may start again with it."""
    contract_key = new_key()
    await harness.register(contract_key=contract_key)
    assert await harness.is_available("Taro-01", contract_key=contract_key)


async def test_an_id_whose_hold_expired_is_available_before_any_sweep(harness: Harness) -> None:
    """T21: usable by others."""
    await harness.register(account_id="Taro-01")
    await harness.let_pass(timedelta(hours=33))
    assert await harness.is_available("Taro-01")


async def test_a_reserved_id_is_not_available(harness: Harness) -> None:
    """Q6."""
    assert not await harness.is_available("postmaster")


async def test_nobody_checks_ids_without_a_proof(harness: Harness) -> None:
    """X7."""
    with pytest.raises(Refusal, match=RefusalCode.PROOF_EXPIRED):
        await harness.is_available("Taro-01", proof="no.proof")


async def test_a_twenty_first_check_within_a_minute_has_to_wait(harness: Harness) -> None:
    """X7: the check is no way to list who our customers are."""
    contract_key = new_key()
    for number in range(20):
        await harness.is_available(f"Taro-{number:02}", contract_key=contract_key)
    with pytest.raises(Refusal) as refused:
        await harness.is_available("Taro-99", contract_key=contract_key)
    assert refused.value.code == RefusalCode.TOO_MANY_ID_CHECKS
    assert 0 < (refused.value.retry_after_seconds or 0) <= 61
