"""A login before 本登録 (Q18)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.registration_harness import PASSWORD, Harness


async def test_a_login_with_the_right_password_before_activation_is_recognised(harness: Harness) -> None:
    """Q18: the customer is told what is missing; letter case of the ID does not matter."""
    await harness.register()
    assert await harness.is_provisional("TARO-01", PASSWORD)


@pytest.mark.parametrize(("account_id", "password"), [("Taro-01", "Wrong123"), ("Nobody-01", PASSWORD)])
async def test_a_wrong_login_is_not_told_whether_the_id_exists(
    harness: Harness, account_id: str, password: str
) -> None:
    """No oracle."""
    await harness.register()
    assert not await harness.is_provisional(account_id, password)


async def test_a_login_after_activation_is_identitys_business(harness: Harness) -> None:
    """本登録 is done."""
    await harness.activate(await harness.register())
    assert not await harness.is_provisional("Taro-01", PASSWORD)


async def test_a_login_after_expiry_is_nobodys(harness: Harness) -> None:
    """The customer has to start again."""
    await harness.register()
    await harness.let_pass(timedelta(hours=33))
    assert not await harness.is_provisional("Taro-01", PASSWORD)
