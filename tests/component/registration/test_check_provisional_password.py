"""A login before 本登録 (Q18)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.registration_harness import PASSWORD, Harness

from chassis.security.tokens import new_key
from messages.identity import AccountCreated, AccountMailRecipient
from messages.registration import ProvisionalPasswordChecked
from messages.values import AccountId, EmailAddress, Nickname

NOTHING_KNOWN = ProvisionalPasswordChecked(right=False)
OPENED_LATELY = ProvisionalPasswordChecked(right=False, opened_lately=True)


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


async def test_the_right_password_of_an_account_that_is_not_open_yet_is_recognised(harness: Harness) -> None:
    """本登録 is done, and identity has not heard of it; a wrong one is told nothing."""
    await harness.activate(await harness.register())
    assert (await harness.check_password("taro-01", PASSWORD)).being_prepared
    assert await harness.check_password("taro-01", "Wrong123") == NOTHING_KNOWN


@pytest.mark.parametrize("password", [PASSWORD, "Wrong123"])
async def test_an_account_that_was_opened_a_moment_ago_may_have_been_missed(
    harness: Harness, password: str
) -> None:
    """Identity may have looked just before it opened it, however long that took it. The password is
    forgotten here, so it does not matter; soon nothing is said any more.
    """
    registered = await harness.register()
    await harness.activate(registered)
    await harness.let_pass(timedelta(seconds=30))
    account_key = new_key()
    person = AccountMailRecipient(
        email_address=EmailAddress("taro@example.jp"),
        nickname=Nickname("たろう"),
        account_id=AccountId("Taro-01"),
    )
    sealed = harness.sealer.seal(person, to="notification", bound_to=account_key)
    key = registered.registration_key
    await harness.hear(AccountCreated(registration_key=key, account_key=account_key, recipient=sealed))
    assert await harness.check_password("Taro-01", password) == OPENED_LATELY
    await harness.let_pass(timedelta(seconds=11))
    assert await harness.check_password("Taro-01", password) == NOTHING_KNOWN
