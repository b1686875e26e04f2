"""The end of My Page, twelve months after the end of the contract (Q24)."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

from support.identity_harness import NUMBER, Harness, sweep

from messages.identity import AccountClosed, AccountClosingSoon, AccountMailRecipient, SessionEnded
from messages.japan import day_in_japan
from services.identity.accounts.close_ended_accounts import close_ended_accounts


def a_year_before(day: date) -> date:
    """The day whose twelve months end on `day`, give or take a leap day."""
    return day.replace(year=day.year - 1, day=min(day.day, 28))


TODAY = day_in_japan(datetime.now(UTC))


async def given_account_of_a_contract_closed_on(harness: Harness, day: date) -> None:
    """Its holder is logged in."""
    contract_key = await harness.given_contract()
    await harness.given_account(contract_key=contract_key)
    await harness.log_in(session="session")
    await harness.run("UPDATE contracts SET state = 'closed', closed_on = $1", day)


async def test_an_account_of_a_running_contract_is_left_alone(harness: Harness) -> None:
    """However old."""
    await harness.given_account()
    await sweep(harness.service)
    assert await harness.said(AccountClosingSoon) == []
    assert await harness.said(AccountClosed) == []


async def test_charges_stay_readable_after_the_end_of_the_contract(harness: Harness) -> None:
    """No notice until thirty days before the end."""
    await given_account_of_a_contract_closed_on(harness, a_year_before(TODAY + timedelta(days=35)))
    await sweep(harness.service)
    assert await harness.said(AccountClosingSoon) == []
    assert await harness.show_session("session")


async def test_thirty_days_before_the_end_the_holder_is_told_once(harness: Harness) -> None:
    """By mail, with the day; two sweeps at once tell it once."""
    await given_account_of_a_contract_closed_on(harness, a_year_before(TODAY + timedelta(days=25)))
    await asyncio.gather(sweep(harness.service), sweep(harness.service))
    await sweep(harness.service)
    [notice] = await harness.said(AccountClosingSoon)
    assert harness.opened_by_notification(notice, AccountMailRecipient).email_address == "taro@example.jp"
    assert timedelta(days=29) < notice.closes_at - datetime.now(UTC) <= timedelta(days=30)
    assert await harness.show_session("session")


async def test_nobody_is_closed_out_sooner_than_thirty_days_after_the_notice(harness: Harness) -> None:
    """Even if the end of the contract was imported years late."""
    await given_account_of_a_contract_closed_on(harness, TODAY - timedelta(days=800))
    await sweep(harness.service)
    assert await harness.said(AccountClosed) == []
    await harness.pretend_ago("accounts", "closing_notice_at", timedelta(days=29))
    await sweep(harness.service)
    assert await harness.said(AccountClosed) == []


async def test_at_the_end_the_account_is_closed_and_its_data_are_gone(harness: Harness) -> None:
    """Its sessions end at once, and what was personal is wiped (X46)."""
    await given_account_of_a_contract_closed_on(harness, TODAY - timedelta(days=800))
    await sweep(harness.service)
    await harness.pretend_ago("accounts", "closing_notice_at", timedelta(days=30))
    await sweep(harness.service)
    [account] = await harness.run("SELECT * FROM accounts")
    personal = ("account_id_as_typed", "account_id_folded", "password_hash", "email_address", "nickname")
    assert [account[column] for column in personal] == [None] * 5
    [closed] = await harness.said(AccountClosed)
    assert (closed.account_key, closed.registration_key) == (
        account["account_key"],
        account["registration_key"],
    )
    assert [event.session_token_hash for event in await harness.said(SessionEnded)] == ["session"]


async def test_a_notice_alone_does_not_close_an_account_before_the_twelve_months_are_over(
    harness: Harness,
) -> None:
    """Both are needed."""
    await given_account_of_a_contract_closed_on(harness, TODAY - timedelta(days=100))
    await harness.pretend_ago("accounts", "closing_notice_at", timedelta(days=40))
    await sweep(harness.service)
    assert await harness.said(AccountClosed) == []


async def test_the_id_of_a_closed_account_may_be_used_again(harness: Harness) -> None:
    """Q24."""
    await given_account_of_a_contract_closed_on(harness, TODAY - timedelta(days=800))
    await harness.pretend_ago("accounts", "closing_notice_at", timedelta(days=30))
    await sweep(harness.service)
    await harness.given_account("Taro-01", number="405060")
    assert (await harness.log_in()).nickname == "たろう"


async def test_a_contract_whose_account_was_closed_may_register_again(harness: Harness) -> None:
    """If the operator's data say that it runs."""
    await given_account_of_a_contract_closed_on(harness, TODAY - timedelta(days=800))
    await harness.pretend_ago("accounts", "closing_notice_at", timedelta(days=30))
    await sweep(harness.service)
    await harness.run("UPDATE contracts SET state = 'active', closed_on = NULL")
    assert await harness.prove(NUMBER)


async def test_the_last_readable_day_is_readable_to_its_end_in_japan(harness: Harness) -> None:
    """Q24: a year after the end, and then the whole day."""
    leap_day = (TODAY.month, TODAY.day) == (2, 29)
    closed_on = TODAY.replace(year=TODAY.year - 1, **({"month": 3, "day": 1} if leap_day else {}))
    await given_account_of_a_contract_closed_on(harness, closed_on)
    await harness.run("UPDATE accounts SET closing_notice_at = now() - interval '31 days'")
    await close_ended_accounts(harness.service)
    assert await harness.said(AccountClosed) == []
    await harness.run("UPDATE contracts SET closed_on = closed_on - 1")
    await close_ended_accounts(harness.service)
    assert len(await harness.said(AccountClosed)) == 1
