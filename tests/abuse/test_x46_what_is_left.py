"""X46: what is left of whoever did not come back, or left, when the five processes have cleaned up."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

from abuse.conftest import EnterFrom
from journeys.system import Customer
from journeys.test_parts_that_fail import process_of
from pages.catalogue.steps import details, fill_in, go_on_to_menu, open_mail, prove
from pages.town import Town
from pages.visitor import Visitor
from support.inside_a_system import every_row, rows_of

BACK_WITHIN = 90  # seconds: a bound on waiting, nothing else
A_DAY_PASSES = """
    UPDATE provisional_accounts SET mail_sent_at = mail_sent_at - interval '24 hours 1 second',
        registered_at = registered_at - interval '24 hours 1 second'
    WHERE customer_number = $1
"""
NICKNAMES = {"gone": "ムクドリ", "left": "ヒバリ", "stays": "ツグミ"}


async def registered(visitor: Visitor, customer: Customer, nickname: str) -> None:
    """使い方 1) to 4)."""
    await prove(visitor, customer)
    await fill_in(visitor, customer, nickname=nickname)
    await visitor.presses("仮登録する")


async def with_account(visitor: Visitor, customer: Customer, nickname: str) -> None:
    """使い方 1) to 6)."""
    await registered(visitor, customer, nickname)
    await open_mail(visitor, customer)
    await visitor.presses("本登録する", password=customer.password)
    await go_on_to_menu(visitor)


async def clean_up(town: Town, service: str) -> None:
    """What the service does every hour it does when it starts, too."""
    before = process_of(town.system, service)
    os.kill(before, signal.SIGKILL)
    async with asyncio.timeout(BACK_WITHIN):
        while True:
            await asyncio.sleep(0.2)
            try:
                if process_of(town.system, service) != before:
                    return
            except LookupError:
                continue


async def until(town: Town, service: str, statement: str, *values: Any) -> None:
    """Until the statement finds nothing."""
    async with asyncio.timeout(BACK_WITHIN):
        while await rows_of(town.system, service, statement, *values):
            await asyncio.sleep(0.2)


async def id_check(visitor: Visitor, customer: Customer, account_id: str) -> bool:
    """Whether [IDチェック] of another customer says that the ID is free."""
    await visitor.opens("/register/account")
    await visitor.presses("IDチェック", **details(customer) | {"account_id": account_id})
    assert visitor.status in (200, 422)
    return "使用できます。" in visitor.html


def places_of(rows: dict[str, str], customer: Customer, nickname: str) -> list[str]:
    """Tables that know something of the customer that he typed himself; the contract is the company's."""
    typed = (customer.email_address, customer.account_id, nickname)
    return [table for table, text in rows.items() if any(word in text for word in typed)]


async def test_x46_nothing_that_was_typed_is_left_of_who_did_not_come_back_or_left(
    fresh_town: Town, enter_from: EnterFrom
) -> None:
    """A 仮登録 after its day, an account thirty days after 退会; until then its ID answers as used, then it
    is free. Of who stays, all stays.
    """
    town = fresh_town
    gone, left, stays, other = (town.new_customer() for _ in range(4))
    await registered(enter_from(691), gone, NICKNAMES["gone"])
    await town.mail_link(gone)
    leaving = enter_from(692)
    await with_account(leaving, left, NICKNAMES["left"])
    await with_account(enter_from(693), stays, NICKNAMES["stays"])
    asking = enter_from(694)
    await prove(asking, other)

    await town.alter("registration", A_DAY_PASSES, gone.customer_number)
    await leaving.opens("/settings/leave")
    await leaving.presses("退会する", password=left.password, confirmed="yes")
    assert leaving.url.endswith("/left")
    assert places_of(await every_row(town.system), left, NICKNAMES["left"]), "the quarantine keeps it"
    assert not await id_check(asking, other, left.account_id)

    await town.alter(
        "identity",
        "UPDATE accounts SET left_at = left_at - interval '30 days 1 second' WHERE account_id_folded = $1",
        left.account_id,
    )
    for service in ("registration", "identity"):
        await clean_up(town, service)
    await until(town, "identity", "SELECT FROM accounts WHERE account_id_folded = $1", left.account_id)
    for customer in (gone, left):
        claims = "SELECT FROM account_id_claims WHERE account_id_folded = $1"
        await until(town, "registration", claims, customer.account_id)
    rows = await every_row(town.system)
    assert places_of(rows, gone, NICKNAMES["gone"]) == []
    assert places_of(rows, left, NICKNAMES["left"]) == []
    assert "identity.accounts" in places_of(rows, stays, NICKNAMES["stays"])
    assert await id_check(asking, other, left.account_id)
    assert not await id_check(asking, other, stays.account_id)
