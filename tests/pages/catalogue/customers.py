"""Screens of a customer who is logged in."""

from __future__ import annotations

from pages.catalogue.entries import screen
from pages.catalogue.steps import activate, be_member, go_on_to_menu, log_in_as
from pages.town import NEWEST
from pages.visitor import Visitor

MONTH = NEWEST.replace("/", "-")
OF_NO_LIVING_SESSION = "x" * 43


@screen()
async def menu(visitor: Visitor) -> None:
    await be_member(visitor)


@screen()
async def menu_first_time(visitor: Visitor) -> None:
    await activate(visitor)
    await go_on_to_menu(visitor)


@screen(503, alone=True)
async def menu_while_identity_is_away(visitor: Visitor) -> None:
    """Of one whose session the gateway does not remember, which it does for a minute."""
    visitor.holds("sid", OF_NO_LIVING_SESSION)
    async with visitor.town.without("identity"):
        await visitor.opens("/menu")


@screen()
async def charges(visitor: Visitor) -> None:
    await be_member(visitor)
    await visitor.opens("/charges")


@screen()
async def charges_none_yet(visitor: Visitor) -> None:
    await activate(visitor)
    await go_on_to_menu(visitor)
    await visitor.opens("/charges")


@screen(503, alone=True)
async def charges_while_billing_is_away(visitor: Visitor) -> None:
    await be_member(visitor)
    async with visitor.town.without("billing"):
        await visitor.opens("/charges")


@screen()
async def statement(visitor: Visitor) -> None:
    await be_member(visitor)
    await visitor.opens(f"/charges/{MONTH}")


@screen()
async def statement_of_25_lines(visitor: Visitor) -> None:
    await log_in_as(visitor, visitor.town.with_full_page)
    await visitor.opens(f"/charges/{MONTH}")


@screen()
async def statement_without_lines(visitor: Visitor) -> None:
    await log_in_as(visitor, visitor.town.without_lines)
    await visitor.opens(f"/charges/{MONTH}")


@screen(404)
async def statement_not_found(visitor: Visitor) -> None:
    await be_member(visitor)
    await visitor.opens("/charges/2019-01")


@screen(503, alone=True)
async def statement_while_billing_is_away(visitor: Visitor) -> None:
    await be_member(visitor)
    async with visitor.town.without("billing"):
        await visitor.opens(f"/charges/{MONTH}")


@screen()
async def guide_of_a_customer(visitor: Visitor) -> None:
    await be_member(visitor)
    await visitor.opens("/guide")


@screen(404)
async def not_found_of_a_customer(visitor: Visitor) -> None:
    await be_member(visitor)
    await visitor.opens("/nothing-here")


@screen()
async def logged_out(visitor: Visitor) -> None:
    await be_member(visitor)
    await visitor.presses("ログアウト")


@screen()
async def session_ended(visitor: Visitor) -> None:
    visitor.holds("sid", OF_NO_LIVING_SESSION)
    await visitor.opens("/menu")
