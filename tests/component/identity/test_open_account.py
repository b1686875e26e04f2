"""本登録 becomes an account: once, and never two for one contract or one ID."""

from __future__ import annotations

import asyncio

import pytest
from support.identity_harness import KEYS, Harness, received

from chassis.security.sealing import BrokenSeal, Unsealer
from chassis.security.tokens import new_key
from messages.identity import AccountCreated, AccountMailRecipient, AccountRejected
from messages.values import AccountId, EmailAddress, Nickname
from services.identity.accounts.open_account import open_account


async def test_an_activation_opens_an_account_and_says_so(harness: Harness) -> None:
    """The mail's recipient is sealed for notification alone."""
    event = await harness.activation("Taro-01", contract_key=await harness.given_contract())
    await open_account(harness.service, event, received())
    [created] = await harness.said(AccountCreated)
    assert created.registration_key == event.registration_key
    recipient = harness.opened_by_notification(created, AccountMailRecipient)
    assert (recipient.email_address, recipient.nickname, recipient.account_id) == (
        "taro@example.jp",
        "たろう",
        "Taro-01",
    )
    assert await harness.log_in()


async def test_the_same_delivery_twice_is_one(harness: Harness) -> None:
    """The inbox knows it."""
    event, message_id = (
        await harness.activation("Taro-01", contract_key=await harness.given_contract()),
        new_key(),
    )
    await asyncio.gather(*(open_account(harness.service, event, received(message_id)) for _ in range(5)))
    assert len(await harness.said(AccountCreated)) == 1


async def test_the_same_registration_told_again_gets_the_same_account(harness: Harness) -> None:
    """A re-driven dead letter is harmless."""
    event = await harness.activation("Taro-01", contract_key=await harness.given_contract())
    for _ in range(2):
        await open_account(harness.service, event, received())
    first, second = await harness.said(AccountCreated)
    assert first.account_key == second.account_key
    assert len(await harness.run("SELECT 1 FROM accounts")) == 1


async def test_a_second_account_of_one_contract_is_rejected(harness: Harness) -> None:
    """Q11; of two at once, one wins."""
    contract_key = await harness.given_contract()
    events = [
        await harness.activation(account_id, contract_key=contract_key)
        for account_id in ("Taro-01", "Hanako-01")
    ]
    await asyncio.gather(*(open_account(harness.service, event, received()) for event in events))
    told = {
        (await harness.said(AccountCreated))[0].registration_key,
        (await harness.said(AccountRejected))[0].registration_key,
    }
    assert told == {event.registration_key for event in events}


async def test_a_second_account_with_the_same_id_in_another_case_is_rejected(harness: Harness) -> None:
    """T11: and the first one keeps working."""
    await harness.given_account("Taro-01")
    event = await harness.activation("TARO-01", contract_key=await harness.given_contract("405060"))
    await open_account(harness.service, event, received())
    assert [each.registration_key for each in await harness.said(AccountRejected)] == [event.registration_key]
    assert await harness.said(AccountCreated) == []
    assert await harness.log_in()


async def test_an_account_of_a_contract_that_passed_on_meanwhile_is_rejected(harness: Harness) -> None:
    """Between 認証 and 本登録 the number got another holder (Q23)."""
    event = await harness.activation("Taro-01", contract_key=await harness.given_contract())
    await harness.run("UPDATE contracts SET replaced_at = now()")
    await open_account(harness.service, event, received())
    assert len(await harness.said(AccountRejected)) == 1


async def test_an_account_sealed_for_another_registration_is_not_opened(harness: Harness) -> None:
    """A box cannot be pasted from one message into another (X40)."""
    event = await harness.activation("Taro-01", contract_key=await harness.given_contract())
    with pytest.raises(BrokenSeal):
        await open_account(
            harness.service, event.model_copy(update={"registration_key": new_key()}), received()
        )
    assert await harness.run("SELECT 1 FROM accounts") == []


async def test_a_mail_about_an_account_goes_to_its_own_address(harness: Harness) -> None:
    """With the ID as its holder typed it; the box is bound to the account."""
    account_key = new_key()
    sealed = harness.service.seal_recipient(
        account_key,
        email_address=EmailAddress("taro@example.jp"),
        nickname=Nickname("たろう"),
        account_id=AccountId("Taro-01"),
    )
    notification = Unsealer([KEYS.sealing_private["notification"]])
    recipient = notification.open(sealed, AccountMailRecipient, bound_to=account_key)
    assert (recipient.email_address, recipient.account_id, recipient.nickname) == (
        "taro@example.jp",
        "Taro-01",
        "たろう",
    )
    with pytest.raises(BrokenSeal):
        notification.open(sealed, AccountMailRecipient, bound_to=new_key())
