"""The end of My Page, twelve months after the end of the contract (Q24)."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

from support.identity_harness import NUMBER, House

from messages.identity import AccountClosed, AccountClosingSoon, AccountMailRecipient, SessionEnded
from services.identity.contracts.domain import day_in_japan
from services.identity.contracts.verify_contract import sweep


def a_year_before(day: date) -> date:
    """The day whose twelve months end on `day`, give or take a leap day."""
    return day.replace(year=day.year - 1, day=min(day.day, 28))


TODAY = day_in_japan(datetime.now(UTC))


async def given_account_of_a_contract_closed_on(house: House, day: date) -> None:
    """Its holder is logged in."""
    contract_key = await house.given_contract()
    await house.given_account(contract_key=contract_key)
    await house.log_in(session="session")
    await house.run("UPDATE contracts SET state = 'closed', closed_on = $1", day)


async def test_an_account_of_a_running_contract_is_left_alone(house: House) -> None:
    """However old."""
    await house.given_account()
    await sweep(house.service)
    assert await house.said(AccountClosingSoon) == []
    assert await house.said(AccountClosed) == []


async def test_charges_stay_readable_after_the_end_of_the_contract(house: House) -> None:
    """No notice until thirty days before the end."""
    await given_account_of_a_contract_closed_on(house, a_year_before(TODAY + timedelta(days=35)))
    await sweep(house.service)
    assert await house.said(AccountClosingSoon) == []
    assert await house.show_session("session")


async def test_thirty_days_before_the_end_the_holder_is_told_once(house: House) -> None:
    """By mail, with the day; two sweeps at once tell it once."""
    await given_account_of_a_contract_closed_on(house, a_year_before(TODAY + timedelta(days=25)))
    await asyncio.gather(sweep(house.service), sweep(house.service))
    await sweep(house.service)
    [notice] = await house.said(AccountClosingSoon)
    assert house.opened_by_notification(notice, AccountMailRecipient).email_address == "taro@example.jp"
    assert timedelta(days=29) < notice.closes_at - datetime.now(UTC) <= timedelta(days=30)
    assert await house.show_session("session")


async def test_nobody_is_closed_out_sooner_than_thirty_days_after_the_notice(house: House) -> None:
    """Even if the end of the contract was imported years late."""
    await given_account_of_a_contract_closed_on(house, TODAY - timedelta(days=800))
    await sweep(house.service)
    assert await house.said(AccountClosed) == []
    await house.pretend_ago("accounts", "closing_notice_at", timedelta(days=29))
    await sweep(house.service)
    assert await house.said(AccountClosed) == []


async def test_at_the_end_the_account_is_closed_and_its_data_are_gone(house: House) -> None:
    """Its sessions end at once, and what was personal is wiped (X46)."""
    await given_account_of_a_contract_closed_on(house, TODAY - timedelta(days=800))
    await sweep(house.service)
    await house.pretend_ago("accounts", "closing_notice_at", timedelta(days=30))
    await sweep(house.service)
    [account] = await house.run("SELECT * FROM accounts")
    personal = ("account_id_as_typed", "account_id_folded", "password_hash", "email_address", "nickname")
    assert [account[column] for column in personal] == [None] * 5
    [closed] = await house.said(AccountClosed)
    assert (closed.account_key, closed.registration_key) == (
        account["account_key"],
        account["registration_key"],
    )
    assert [event.session_token_hash for event in await house.said(SessionEnded)] == ["session"]


async def test_a_notice_alone_does_not_close_an_account_before_the_twelve_months_are_over(
    house: House,
) -> None:
    """Both are needed."""
    await given_account_of_a_contract_closed_on(house, TODAY - timedelta(days=100))
    await house.pretend_ago("accounts", "closing_notice_at", timedelta(days=40))
    await sweep(house.service)
    assert await house.said(AccountClosed) == []


async def test_the_id_of_a_closed_account_may_be_used_again(house: House) -> None:
    """Q24."""
    await given_account_of_a_contract_closed_on(house, TODAY - timedelta(days=800))
    await house.pretend_ago("accounts", "closing_notice_at", timedelta(days=30))
    await sweep(house.service)
    await house.given_account("Taro-01", number="405060")
    assert (await house.log_in()).nickname == "たろう"


async def test_a_contract_whose_account_was_closed_may_register_again(house: House) -> None:
    """If the operator's data say that it runs."""
    await given_account_of_a_contract_closed_on(house, TODAY - timedelta(days=800))
    await house.pretend_ago("accounts", "closing_notice_at", timedelta(days=30))
    await sweep(house.service)
    await house.run("UPDATE contracts SET state = 'active', closed_on = NULL")
    assert await house.prove(NUMBER)
