"""The second page of a log-in: no session before the code, each code once, and few guesses (X10)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from support.address_changes import refusal_of
from support.codes_of_the_desk import renew
from support.identity_harness import NUMBER, Harness
from support.second_factors import TwoStepCustomer, a_two_step_customer, ended_in
from test_change_password import change
from test_own_sessions import end_others

from chassis.security.tokens import new_key
from messages.account_notices import AccountChange
from messages.account_settings import RefusalCode as SettingsCode
from messages.identity import RefusalCode as IdentityCode
from messages.second_factor import RefusalCode
from messages.values import AccountId, CustomerNumber
from services.identity.accounts.end_sessions import end_sessions
from services.identity.enrolment.domain import IssuedCode
from services.identity.enrolment.issue_code import issue_code
from services.identity.sessions import repository


@pytest.fixture
async def customer(harness: Harness) -> TwoStepCustomer:
    """With a second factor, logged out of all but 設定."""
    return await a_two_step_customer(harness)


async def test_the_code_opens_the_session_that_waited(customer: TwoStepCustomer) -> None:
    """Before it there is none; the browser is known afterwards as after any log-in."""
    waiting = await customer.type_password()
    assert await refusal_of(customer.harness.show_session(waiting)) == IdentityCode.SESSION_ENDED
    assert await customer.open_sessions() == 0
    shown = await customer.type_code(waiting, device_token_hash="browser")
    assert shown.device_mark is not None
    assert await customer.harness.show_session(waiting)


async def test_a_known_browser_is_asked_as_well(customer: TwoStepCustomer) -> None:
    """Its mark makes room among the limits, and nothing else."""
    waiting = await customer.type_password()
    shown = await customer.type_code(waiting, device_token_hash="browser")
    again = await customer.type_password(device_token_hash="browser", device_marks=(shown.device_mark,))
    assert again != waiting


@pytest.mark.parametrize("account_id", ["Taro-01", "Nobody-1"])
async def test_a_wrong_password_is_told_nothing_of_it(customer: TwoStepCustomer, account_id: str) -> None:
    """As of an ID that nobody has (X15): no log-in waits."""
    refused = await refusal_of(customer.harness.log_in(account_id, "Wrong-12"))
    assert refused == IdentityCode.WRONG_CREDENTIALS
    assert await customer.harness.run("SELECT FROM pending_log_ins") == []


@pytest.mark.parametrize(("later", "answer"), [(0, "session"), (1, "session"), (3, "identity.wrong_code")])
async def test_a_clock_may_differ_by_a_step(customer: TwoStepCustomer, later: int, answer: str) -> None:
    """Half a minute, and no more."""
    waiting = await customer.type_password()
    assert await ended_in(customer.type_code(waiting, customer.code(later=later))) == answer


async def test_a_recovery_code_opens_a_session_once(customer: TwoStepCustomer) -> None:
    """The holder is told, and the page tells how many are left."""
    code = customer.recovery_codes[0]
    await customer.type_code(await customer.type_password(), code.in_groups.lower())
    assert (await customer.show()).recovery_codes_left == 9
    assert await customer.mails() == [AccountChange.RECOVERY_CODE_USED]
    waiting = await customer.type_password()
    assert await refusal_of(customer.type_code(waiting, code)) == RefusalCode.WRONG_CODE
    assert await customer.audited("recovery_code_used") == 1


async def test_a_double_click_is_shown_its_session(customer: TwoStepCustomer) -> None:
    """The same form, sent again; but not by another form, nor once the session has ended."""
    waiting, form, code = await customer.type_password(), new_key(), customer.code()
    await asyncio.gather(*(customer.type_code(waiting, code, form_key=form) for _ in range(5)))
    assert await customer.open_sessions() == 1
    assert await refusal_of(customer.type_code(waiting, customer.code(later=1))) == RefusalCode.LOG_IN_AGAIN
    await customer.harness.run("DELETE FROM sessions WHERE session_token_hash = $1", waiting)
    assert await refusal_of(customer.type_code(waiting, code, form_key=form)) == RefusalCode.LOG_IN_AGAIN


async def test_a_log_in_waits_for_five_minutes(customer: TwoStepCustomer) -> None:
    """Then it begins again."""
    waiting = await customer.type_password()
    await customer.harness.pretend_ago("pending_log_ins", "begun_at", timedelta(minutes=5))
    assert await refusal_of(customer.type_code(waiting)) == RefusalCode.LOG_IN_AGAIN


@pytest.mark.parametrize("by", ["customer", "other devices", "desk", "freeze", "password"])
async def test_what_ends_sessions_ends_log_ins_that_wait(customer: TwoStepCustomer, by: str) -> None:
    """X33: whoever waits with the password of before gets in with no code."""
    harness = customer.harness
    waiting = await customer.type_password()
    if by == "customer":
        await customer.remake(customer.recovery_codes[0])
    elif by == "other devices":
        await end_others(harness)
    elif by == "desk":
        await end_sessions(harness.database, AccountId("Taro-01"), done_by="x", reason="x")
    elif by == "freeze":
        await harness.run("UPDATE accounts SET frozen_at = now()")
    else:
        await change(harness)
    assert await harness.run("SELECT FROM pending_log_ins") == []
    assert await refusal_of(customer.type_code(waiting)) == RefusalCode.LOG_IN_AGAIN


@pytest.mark.parametrize(
    ("left", "code"), [(False, IdentityCode.ACCOUNT_FROZEN), (True, SettingsCode.ACCOUNT_LEFT)]
)
async def test_a_frozen_account_asks_for_no_code(customer: TwoStepCustomer, left: bool, code: str) -> None:
    """It answers as without a second factor, and is told of once."""
    freeze = "UPDATE accounts SET frozen_at = now(), left_at = CASE WHEN $1 THEN now() END"
    await customer.harness.run(freeze, left)
    assert await refusal_of(customer.harness.log_in()) == code
    assert await customer.audited("log_in_while_frozen") == 1


async def test_a_password_of_a_moment_ago_waits_for_no_code(customer: TwoStepCustomer) -> None:
    """X33: it was changed while it was judged."""
    async with customer.harness.database.transaction() as tx:
        row = await tx.fetchrow("SELECT account_key, password_hash FROM accounts")
        asked = repository.await_code(tx, "x", row["account_key"], password_hash="another")
        assert not await asked


async def test_a_new_kind_of_device_is_told_of_at_the_second_page(customer: TwoStepCustomer) -> None:
    """Not before: nobody is in yet."""
    waiting = await customer.type_password(device="iphone/safari")
    await customer.type_code(waiting, device="iphone/safari")
    waiting = await customer.type_password(device="windows/edge")
    assert await customer.mails() == []
    await customer.type_code(waiting, customer.code(later=1), device="windows/edge")
    assert await customer.mails() == [AccountChange.NEW_DEVICE]


async def test_the_desks_code_turns_it_off(customer: TwoStepCustomer) -> None:
    """The way back for who lost telephone and recovery codes; the former address is told of both."""
    harness = customer.harness
    waiting = await customer.type_password()
    number = CustomerNumber(NUMBER)
    issued = await issue_code(harness.database, number, done_by="hanako", reason="免許証を確認")
    assert isinstance(issued, IssuedCode)
    await renew(harness, issued.code)
    assert await refusal_of(customer.type_code(waiting)) == RefusalCode.LOG_IN_AGAIN
    assert await harness.log_in(password="Zyxwvu98")
    told = [AccountChange.ACCESS_RENEWED, AccountChange.SECOND_FACTOR_REMOVED]
    assert await customer.mails() == told
    assert await customer.audited("second_factor_removed") == 1
