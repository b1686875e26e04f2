"""Screens of a customer who is logged in."""

from __future__ import annotations

from pages.catalogue.entries import screen
from pages.catalogue.steps import activate, be_member, go_on_to_menu, log_in_as
from pages.visitor import Visitor

OF_NO_LIVING_SESSION = "x" * 43
BOUNCED = "UPDATE accounts SET mail_bounced_at = now() WHERE email_address = $1"


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
async def menu_of_one_whose_mail_bounced(visitor: Visitor) -> None:
    unreachable = visitor.town.unreachable
    await visitor.town.alter("identity", BOUNCED, unreachable.email_address)
    await log_in_as(visitor, unreachable)


@screen(alone=True)
async def menu_while_billing_is_away(visitor: Visitor) -> None:
    await be_member(visitor)
    async with visitor.town.without("billing"):
        await visitor.opens("/menu")


@screen()
async def contract(visitor: Visitor) -> None:
    await be_member(visitor)
    await visitor.opens("/contract")


@screen()
async def contract_before_the_first_bill(visitor: Visitor) -> None:
    await log_in_as(visitor, visitor.town.unreachable)
    await visitor.opens("/contract")


@screen(alone=True)
async def contract_while_billing_is_away(visitor: Visitor) -> None:
    await be_member(visitor)
    async with visitor.town.without("billing"):
        await visitor.opens("/contract")


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
