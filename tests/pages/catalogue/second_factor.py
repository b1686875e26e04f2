"""2段階認証: in 設定, and the second page of a log-in."""

from __future__ import annotations

import re

from journeys.authenticator import Authenticator
from journeys.system import Customer
from pages.catalogue.entries import screen
from pages.catalogue.own_account import be_new_member
from pages.catalogue.steps import log_in_as
from pages.visitor import Visitor

AREA = "/settings/second-factor"


async def begin(visitor: Visitor) -> tuple[Customer, Authenticator]:
    """As far as the QR code."""
    customer = await be_new_member(visitor)
    await visitor.opens(AREA)
    await visitor.presses("設定を始める", password=customer.password)
    return customer, Authenticator.that_reads(visitor.html)


async def turn_on(visitor: Visitor) -> tuple[Customer, Authenticator]:
    """As far as the recovery codes."""
    customer, application = await begin(visitor)
    await visitor.presses("有効にする", code=application.code())
    return customer, application


async def type_password(visitor: Visitor) -> Authenticator:
    """As far as the second page of a log-in."""
    customer, application = await turn_on(visitor)
    await visitor.presses("ログアウト")
    await log_in_as(visitor, customer)
    return application


@screen()
async def second_factor_is_off(visitor: Visitor) -> None:
    await be_new_member(visitor)
    await visitor.opens(AREA)


@screen(422)
async def second_factor_wrong_password(visitor: Visitor) -> None:
    await be_new_member(visitor)
    await visitor.opens(AREA)
    await visitor.presses("設定を始める", password="Wrong-12")


@screen()
async def second_factor_setup(visitor: Visitor) -> None:
    await begin(visitor)


@screen(422)
async def second_factor_setup_wrong_code(visitor: Visitor) -> None:
    _, application = await begin(visitor)
    await visitor.presses("有効にする", code=application.wrong)


@screen()
async def second_factor_recovery_codes(visitor: Visitor) -> None:
    await turn_on(visitor)


@screen()
async def second_factor_recovery_codes_again(visitor: Visitor) -> None:
    await turn_on(visitor)
    await visitor.opens(f"{AREA}/codes")


@screen()
async def second_factor_is_on(visitor: Visitor) -> None:
    await turn_on(visitor)
    await visitor.opens(AREA)


@screen()
async def second_factor_new_codes(visitor: Visitor) -> None:
    await turn_on(visitor)
    await visitor.opens(f"{AREA}/new-codes")


@screen(422)
async def second_factor_new_codes_wrong(visitor: Visitor) -> None:
    customer, application = await turn_on(visitor)
    await visitor.opens(f"{AREA}/new-codes")
    await visitor.presses("回復コードを作り直す", password=customer.password, code=application.wrong)


@screen()
async def second_factor_off(visitor: Visitor) -> None:
    await turn_on(visitor)
    await visitor.opens(f"{AREA}/off")


@screen(422)
async def second_factor_off_empty(visitor: Visitor) -> None:
    await turn_on(visitor)
    await visitor.opens(f"{AREA}/off")
    await visitor.presses("解除する", password="", code="")


@screen()
async def second_factor_turned_off(visitor: Visitor) -> None:
    customer, application = await turn_on(visitor)
    await visitor.opens(f"{AREA}/off")
    await visitor.presses("解除する", password=customer.password, code=application.code(later=1))


@screen()
async def second_page_of_log_in(visitor: Visitor) -> None:
    await type_password(visitor)


@screen(422)
async def second_page_of_log_in_wrong_code(visitor: Visitor) -> None:
    application = await type_password(visitor)
    await visitor.presses("ログイン", code=application.wrong)


@screen()
async def second_page_of_log_in_by_recovery_code(visitor: Visitor) -> None:
    await type_password(visitor)
    await visitor.opens("/login/code/recovery")


@screen(422)
async def second_page_of_log_in_by_recovery_code_wrong(visitor: Visitor) -> None:
    await type_password(visitor)
    await visitor.opens("/login/code/recovery")
    await visitor.presses("ログイン", recovery_code="ABCD")


@screen()
async def second_page_of_log_in_begins_again(visitor: Visitor) -> None:
    application = await type_password(visitor)
    for _ in range(5):
        await visitor.presses("ログイン", code=application.wrong)


@screen()
async def logged_in_with_recovery_code(visitor: Visitor) -> None:
    customer, _ = await turn_on(visitor)
    [code, *_] = re.findall("<code>((?:[0-9A-Z]{4} ?){6})</code>", visitor.html)
    await visitor.presses("ログアウト")
    await log_in_as(visitor, customer)
    await visitor.opens("/login/code/recovery")
    await visitor.presses("ログイン", recovery_code=code)
