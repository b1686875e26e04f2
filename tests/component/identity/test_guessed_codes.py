"""Codes that are guessed, copied or sent at once: each is taken once, and few guesses are judged (X10)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from support.address_changes import refusal_of
from support.identity_harness import Harness
from support.second_factors import TwoStepCustomer, a_two_step_customer, ended_in

from messages.account_notices import AccountChange
from messages.second_factor import RefusalCode


@pytest.fixture
async def customer(harness: Harness) -> TwoStepCustomer:
    """With a second factor, logged out of all but 設定."""
    return await a_two_step_customer(harness)


async def test_a_code_is_taken_once(customer: TwoStepCustomer) -> None:
    """Somebody looked over his shoulder: the code of the same step opens no second session."""
    code = customer.code()
    await customer.type_code(await customer.type_password(), code)
    waiting = await customer.type_password()
    assert await refusal_of(customer.type_code(waiting, code)) == RefusalCode.WRONG_CODE
    assert await customer.type_code(waiting, customer.code(later=1))


async def test_an_older_code_is_not_taken_after_a_newer_one(customer: TwoStepCustomer) -> None:
    """A step that is over stays over, although clocks may differ by one."""
    older = customer.code()
    await customer.type_code(await customer.type_password(), customer.code(later=1))
    waiting = await customer.type_password()
    assert await refusal_of(customer.type_code(waiting, older)) == RefusalCode.WRONG_CODE


async def test_after_five_wrong_codes_the_log_in_begins_again(customer: TwoStepCustomer) -> None:
    """The right one helps no more; the holder is told once, as his password is known to somebody."""
    waiting = await customer.type_password()
    answers = [await refusal_of(customer.type_code(waiting, customer.wrong)) for _ in range(6)]
    assert answers == [RefusalCode.WRONG_CODE] * 4 + [RefusalCode.LOG_IN_AGAIN] * 2
    assert await refusal_of(customer.type_code(waiting)) == RefusalCode.LOG_IN_AGAIN
    assert await customer.mails() == [AccountChange.SECOND_FACTOR_MISSED]
    assert await customer.open_sessions() == 0


async def test_new_log_ins_give_no_new_guesses(customer: TwoStepCustomer) -> None:
    """Brute force by who knows the password: the account's own limit holds, from whichever network, in a
    known browser too, and the holder has to wait a minute at first.
    """
    for number in range(2):
        waiting = await customer.type_password(network=f"n{number}")
        for _ in range(5):
            await refusal_of(customer.type_code(waiting, customer.wrong, network=f"n{number}"))
    waiting = await customer.type_password(network="another")
    assert await refusal_of(customer.type_code(waiting, network="another")) == RefusalCode.TOO_MANY_CODES
    assert len(await customer.mails()) == 1
    await customer.harness.let_pass(timedelta(minutes=1))
    assert await customer.type_code(waiting)


async def test_of_many_codes_at_once_one_opens_a_session(customer: TwoStepCustomer) -> None:
    """Twenty log-ins wait, and the same code comes to all of them at once: it is taken once."""
    waiting = [await customer.type_password() for _ in range(20)]
    code = customer.code()
    answers = await asyncio.gather(*(ended_in(customer.type_code(each, code)) for each in waiting))
    assert answers.count("session") == 1
    assert await customer.open_sessions() == 1


async def test_of_many_presses_at_once_one_opens_the_session(customer: TwoStepCustomer) -> None:
    """Twenty forms of one log-in, each with another right code of an application or of the paper."""
    waiting = await customer.type_password()
    codes = [customer.code(), *customer.recovery_codes] * 2
    answers = await asyncio.gather(*(ended_in(customer.type_code(waiting, each)) for each in codes))
    assert answers.count("session") == 1
    assert await customer.open_sessions() == 1
    assert (await customer.show()).recovery_codes_left >= 9


async def test_a_code_of_another_account_opens_nothing(customer: TwoStepCustomer) -> None:
    """Neither his application's nor his recovery code."""
    harness = customer.harness
    await harness.given_account("Hanako-2", number="203040")
    await harness.log_in("Hanako-2", session="hers")
    other = TwoStepCustomer(harness, account_id="Hanako-2")
    await other.turn_on(session="hers")
    waiting = await customer.type_password()
    for code in (other.code(), other.recovery_codes[0]):
        assert await refusal_of(customer.type_code(waiting, code)) == RefusalCode.WRONG_CODE
    assert (await other.show(session="hers")).recovery_codes_left == 10


async def test_a_log_in_that_never_began_is_not_finished(customer: TwoStepCustomer) -> None:
    """A right code without the password before it."""
    assert await refusal_of(customer.type_code("f" * 64)) == RefusalCode.LOG_IN_AGAIN
