"""X47: somebody knows the password of an account that has a second factor, on the five processes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from itertools import count

import pytest
from abuse.conftest import EnterFrom
from journeys.authenticator import Authenticator
from journeys.system import Customer
from pages.catalogue.second_factor import turn_on
from pages.catalogue.steps import log_in_as
from pages.town import Town
from pages.visitor import Visitor
from support.inside_a_system import rows_of

MISSED = "ログインの確認コードに誤りがありました"
SESSIONS = """
    SELECT session_token_hash FROM sessions JOIN accounts USING (account_key) WHERE account_id_folded = $1
"""


@pytest.fixture
def networks() -> Iterator[int]:
    """Another one each time."""
    return count(701)


async def guarded(visitor: Visitor) -> tuple[Customer, Authenticator, str]:
    """An account with a second factor, whose owner has logged out again; and one of his recovery codes."""
    customer, application = await turn_on(visitor)
    [code, *_] = re.findall("<code>((?:[0-9A-Z]{4} ?){6})</code>", visitor.html)
    await visitor.presses("ログアウト")
    return customer, application, code


async def test_x47_new_log_ins_give_no_new_guesses(
    fresh_town: Town, enter_from: EnterFrom, networks: Iterator[int]
) -> None:
    """From another network each time, to the tenth wrong code; then the right one waits as well, no session
    was opened, and the owner has been told, once.
    """
    customer, application, _ = await guarded(enter_from(next(networks)))
    answers = []
    for _ in range(3):
        thief = enter_from(next(networks))
        await log_in_as(thief, customer)
        for _ in range(5):
            if not thief.url.endswith("/login/code"):
                break
            await thief.presses("ログイン", code=application.wrong)
            answers.append(thief.status)
    # The fifth wrong code of a log-in leads back to its beginning.
    assert answers == [422, 422, 422, 422, 200] * 2 + [429] * 5
    await thief.presses("ログイン", code=application.code(later=1))
    assert thief.status == 429
    assert int(thief.headers["retry-after"]) > 30
    assert await rows_of(fresh_town.system, "identity", SESSIONS, customer.account_id) == []
    mails = await mails_of(fresh_town, customer)
    assert [MISSED in each for each in mails].count(True) == 1


async def mails_of(town: Town, customer: Customer) -> list[str]:
    """The subjects, once the one about wrong codes has come."""
    async with asyncio.timeout(20):
        while True:
            subjects = [mail["subject"] for mail in await town.system.mails_to(customer.email_address)]
            if any(MISSED in each for each in subjects):
                return subjects
            await asyncio.sleep(0.2)


async def test_x47_a_waiting_log_in_that_was_stolen_is_worth_nothing(
    fresh_town: Town, enter_from: EnterFrom, networks: Iterator[int]
) -> None:
    """Its cookie opens no page before the code; once it was used, not even a recovery code helps."""
    owner, thief = enter_from(next(networks)), enter_from(next(networks))
    customer, application, recovery_code = await guarded(owner)
    await log_in_as(owner, customer)
    stolen = owner.cookie("second-step")
    thief.holds("second-step", stolen)
    thief.holds("sid", stolen)
    await thief.opens("/menu")
    assert thief.url.endswith("/login")
    await owner.presses("ログイン", code=application.code(later=1))
    assert owner.url.endswith("/menu")
    thief.holds("second-step", stolen)
    await thief.opens("/login/code/recovery")
    await thief.presses("ログイン", recovery_code=recovery_code)
    assert thief.url.endswith("/login")
    assert len(await rows_of(fresh_town.system, "identity", SESSIONS, customer.account_id)) == 1
