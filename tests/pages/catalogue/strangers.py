"""Screens of those who are not logged in: 使い方, the policies, ログイン."""

from __future__ import annotations

from pages.catalogue.entries import screen
from pages.catalogue.steps import fail_to_log_in, register
from pages.visitor import Visitor

LOGINS_OF_ONE_ID = 6


@screen()
async def guide(visitor: Visitor) -> None:
    await visitor.opens("/guide")


@screen()
async def terms(visitor: Visitor) -> None:
    await visitor.opens("/terms")


@screen()
async def privacy(visitor: Visitor) -> None:
    await visitor.opens("/privacy")


@screen()
async def external_transmission(visitor: Visitor) -> None:
    await visitor.opens("/external-transmission")


@screen()
async def accessibility(visitor: Visitor) -> None:
    await visitor.opens("/accessibility")


@screen()
async def first_page(visitor: Visitor) -> None:
    await visitor.opens("/")


@screen()
async def log_in(visitor: Visitor) -> None:
    await visitor.opens("/login")


@screen(422)
async def log_in_empty(visitor: Visitor) -> None:
    await visitor.opens("/login")
    await visitor.presses("ログイン")


@screen(422)
async def log_in_wrong(visitor: Visitor) -> None:
    await fail_to_log_in(visitor, "nobody-of-that-name")


@screen(429)
async def log_in_throttled(visitor: Visitor) -> None:
    for _ in range(LOGINS_OF_ONE_ID):
        await fail_to_log_in(visitor, "nobody-who-tries-again")


@screen(422)
async def log_in_before_activation(visitor: Visitor) -> None:
    customer = await register(visitor)
    await visitor.opens("/login")
    await visitor.presses("ログイン", account_id=customer.account_id, password=customer.password)


@screen(503, alone=True)
async def log_in_while_identity_is_away(visitor: Visitor) -> None:
    await visitor.opens("/login")
    async with visitor.town.without("identity"):
        await visitor.presses("ログイン", account_id="taro-01", password="whatever-1")


@screen(503, alone=True)
async def log_in_while_registration_is_away(visitor: Visitor) -> None:
    await visitor.opens("/login")
    async with visitor.town.without("registration"):
        await visitor.presses("ログイン", account_id="taro-01", password="whatever-1")


@screen()
async def log_in_led_here_from_a_page(visitor: Visitor) -> None:
    await visitor.opens("/charges")


@screen(403, takes_cookies=False)
async def cookies_refused(visitor: Visitor) -> None:
    await visitor.opens("/login")
    await visitor.presses(
        "ログイン", account_id=visitor.town.member.account_id, password=visitor.town.member.password
    )
