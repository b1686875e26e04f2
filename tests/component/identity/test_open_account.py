"""本登録 becomes an account: once, and never two for one contract or one ID."""

from __future__ import annotations

import asyncio

import pytest
from support.identity_harness import House, received

from chassis.security.sealing import BrokenSeal
from chassis.security.tokens import new_key
from messages.identity import AccountCreated, AccountMailRecipient, AccountRejected
from services.identity.contracts.verify_contract import on_account_activated


async def test_an_activation_opens_an_account_and_says_so(house: House) -> None:
    """The mail's recipient is sealed for notification alone."""
    event = await house.activation("Taro-01", contract_key=await house.given_contract())
    await on_account_activated(house.service, event, received())
    [created] = await house.said(AccountCreated)
    assert created.registration_key == event.registration_key
    recipient = house.opened_by_notification(created, AccountMailRecipient)
    assert (recipient.email_address, recipient.nickname, recipient.account_id) == (
        "taro@example.jp",
        "たろう",
        "Taro-01",
    )
    assert await house.log_in()


async def test_the_same_delivery_twice_is_one(house: House) -> None:
    """The inbox knows it."""
    event, message_id = (
        await house.activation("Taro-01", contract_key=await house.given_contract()),
        new_key(),
    )
    await asyncio.gather(
        *(on_account_activated(house.service, event, received(message_id)) for _ in range(5))
    )
    assert len(await house.said(AccountCreated)) == 1


async def test_the_same_registration_told_again_gets_the_same_account(house: House) -> None:
    """A re-driven dead letter is harmless."""
    event = await house.activation("Taro-01", contract_key=await house.given_contract())
    for _ in range(2):
        await on_account_activated(house.service, event, received())
    first, second = await house.said(AccountCreated)
    assert first.account_key == second.account_key
    assert len(await house.run("SELECT 1 FROM accounts")) == 1


async def test_a_second_account_of_one_contract_is_rejected(house: House) -> None:
    """Q11; of two at once, one wins."""
    contract_key = await house.given_contract()
    events = [
        await house.activation(account_id, contract_key=contract_key)
        for account_id in ("Taro-01", "Hanako-01")
    ]
    await asyncio.gather(*(on_account_activated(house.service, event, received()) for event in events))
    told = {
        (await house.said(AccountCreated))[0].registration_key,
        (await house.said(AccountRejected))[0].registration_key,
    }
    assert told == {event.registration_key for event in events}


async def test_a_second_account_with_the_same_id_in_another_case_is_rejected(house: House) -> None:
    """T11: and the first one keeps working."""
    await house.given_account("Taro-01")
    event = await house.activation("TARO-01", contract_key=await house.given_contract("405060"))
    await on_account_activated(house.service, event, received())
    assert [each.registration_key for each in await house.said(AccountRejected)] == [event.registration_key]
    assert await house.said(AccountCreated) == []
    assert await house.log_in()


async def test_an_account_of_a_contract_that_passed_on_meanwhile_is_rejected(house: House) -> None:
    """Between 認証 and 本登録 the number got another holder (Q23)."""
    event = await house.activation("Taro-01", contract_key=await house.given_contract())
    await house.run("UPDATE contracts SET replaced_at = now()")
    await on_account_activated(house.service, event, received())
    assert len(await house.said(AccountRejected)) == 1


async def test_an_account_sealed_for_another_registration_is_not_opened(house: House) -> None:
    """A box cannot be pasted from one message into another (X40)."""
    event = await house.activation("Taro-01", contract_key=await house.given_contract())
    with pytest.raises(BrokenSeal):
        await on_account_activated(
            house.service, event.model_copy(update={"registration_key": new_key()}), received()
        )
    assert await house.run("SELECT 1 FROM accounts") == []
