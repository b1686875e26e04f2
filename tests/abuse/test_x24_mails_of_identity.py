"""X24: mails that somebody who proved nothing, or who has a few accounts of his own, has sent to others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from abuse.test_guessed_proofs import alarms
from support.address_changes import Customer
from support.identity_harness import Harness
from support.recovery_steps import Forgetful

from chassis.messaging.refusal import Refusal
from messages.account_settings import AddressChangeOrdered
from messages.account_settings import RefusalCode as Settings
from messages.recovery import RefusalCode as Recovery

ACCOUNTS = 8
Order = Callable[[Harness, int], Awaitable[object]]


async def change_address(harness: Harness, number: int) -> None:
    """[確認のメールを送る], each time to somebody else; three of each account."""
    account = number % ACCOUNTS
    await Customer(harness).ask(f"victim{number}@example.jp", session=f"session-{account}")


async def ask_for_password(harness: Harness, number: int) -> None:
    """パスワードを忘れた方, each time for somebody else."""
    await Forgetful(harness, f"network {number}").ask(f"victim-{number}", f"victim{number}@example.jp")


async def ask_for_ids(harness: Harness, number: int) -> None:
    """アカウントIDを忘れた方, each time for somebody else."""
    await Forgetful(harness, f"network {number}").ask_for_ids(f"victim{number}@example.jp")


async def ask_for_all(harness: Harness, number: int) -> None:
    """In turn."""
    await (change_address, ask_for_password, ask_for_ids)[number % 3](harness, number)


WAYS: dict[str, tuple[Order, set[str]]] = {
    "address changes": (change_address, {Settings.TOO_MANY_ADDRESS_CHANGES}),
    "forgotten passwords": (ask_for_password, {Recovery.TOO_MANY_RECOVERIES}),
    "forgotten IDs": (ask_for_ids, {Recovery.TOO_MANY_RECOVERIES}),
    "all of them in turn": (
        ask_for_all,
        {Recovery.TOO_MANY_RECOVERIES, Settings.TOO_MANY_ADDRESS_CHANGES},
    ),
}
"""Every mail to an address that a stranger types: how it is ordered, and how he is told to wait."""


@pytest.fixture
async def town(identity: Harness) -> Harness:
    """Eight accounts in the hand of one, who is logged in with all of them."""
    for account in range(ACCOUNTS):
        await identity.given_account(f"Evil-0{account}", number=str(500_100 + account))
        await identity.log_in(f"Evil-0{account}", session=f"session-{account}")
    return identity


@pytest.mark.parametrize("way", WAYS)
async def test_x24_more_than_twenty_mails_a_minute_are_an_alarm_and_wait(town: Harness, way: str) -> None:
    """From as many networks, to as many addresses. A minute later there is room again."""
    order, waits = WAYS[way]
    before = alarms("alarm_mails_to_all")
    for number in range(20):
        await order(town, number)
    assert alarms("alarm_mails_to_all") == before
    with pytest.raises(Refusal) as refused:
        await order(town, 20)
    assert refused.value.code in waits
    assert 0 < (refused.value.retry_after_seconds or 0) <= 60
    assert alarms("alarm_mails_to_all") == before + 1
    await town.let_pass(timedelta(minutes=1))
    await order(town, 21)


async def test_x24_a_victim_gets_three_mails_an_hour_and_six_a_day_from_all_accounts(town: Harness) -> None:
    """Of whoever wants to have his own mails sent there, in any spelling."""
    spellings = ["victim@example.jp", "VICTIM@example.jp", "victim+a@Example.jp", "Victim+b@example.JP"]
    for _ in range(4):
        for number, spelling in enumerate(spellings):
            with suppress(Refusal):
                await Customer(town).ask(spelling, session=f"session-{number}")
        await town.let_pass(timedelta(hours=1))
    assert len(await town.said(AddressChangeOrdered)) == 6


async def test_x24_x37_the_breaker_tells_nobody_who_has_an_account(town: Harness) -> None:
    """It counts what is asked, whatever is found: twenty askings for nobody fill it as well."""
    for number in range(20):
        await ask_for_ids(town, number)
    for asked in (("Evil-00", "taro@example.jp"), ("nobody", "nobody@example.jp")):
        with pytest.raises(Refusal, match=Recovery.TOO_MANY_RECOVERIES):
            await Forgetful(town, "another").ask(*asked)


async def test_x24_word_to_the_old_address_is_never_held_back(town: Harness) -> None:
    """Else whoever filled the breaker first could move a stolen account's address unseen (X38)."""
    await Customer(town).ask("new@example.jp", session="session-0")
    link = await Customer(town).newest_link()
    for number in range(30):
        with suppress(Refusal):
            await ask_for_ids(town, number)
    await Customer(town).confirm(link, session="session-0")
    assert len(await town.run("SELECT FROM outbox WHERE type LIKE '%mail_address_changed%'")) == 1
