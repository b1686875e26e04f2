"""ご利用料金: the list, statements and their files, in every shape."""

from __future__ import annotations

from pages.catalogue.entries import screen
from pages.catalogue.steps import activate, be_member, go_on_to_menu, log_in_as
from pages.town import NEWEST
from pages.visitor import Visitor

MONTH = NEWEST.replace("/", "-")


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
async def charges_of_one_month(visitor: Visitor) -> None:
    await log_in_as(visitor, visitor.town.with_full_page)
    await visitor.opens("/charges")


@screen()
async def charges_with_a_gap(visitor: Visitor) -> None:
    await log_in_as(visitor, visitor.town.with_gap)
    await visitor.opens("/charges")


@screen()
async def charges_with_a_credit(visitor: Visitor) -> None:
    await log_in_as(visitor, visitor.town.with_credit)
    await visitor.opens("/charges")


@screen()
async def charges_of_six_digits(visitor: Visitor) -> None:
    await log_in_as(visitor, visitor.town.with_many_lines)
    await visitor.opens("/charges")


@screen()
async def statement_after_a_gap(visitor: Visitor) -> None:
    await log_in_as(visitor, visitor.town.with_gap)
    await visitor.opens("/charges/2026-09")


@screen()
async def statement_with_a_credit(visitor: Visitor) -> None:
    await log_in_as(visitor, visitor.town.with_credit)
    await visitor.opens(f"/charges/{MONTH}")


@screen()
async def statement_of_many_lines(visitor: Visitor) -> None:
    await log_in_as(visitor, visitor.town.with_many_lines)
    await visitor.opens(f"/charges/{MONTH}")


@screen()
async def statement_corrected(visitor: Visitor) -> None:
    await log_in_as(visitor, visitor.town.with_correction)
    await visitor.opens(f"/charges/{MONTH}")


@screen()
async def downloads_of_nothing(visitor: Visitor) -> None:
    """Leads to the list, which says so."""
    await log_in_as(visitor, visitor.town.unreachable)
    for path in ("/charges.csv", "/charges.pdf"):
        await visitor.opens(path)


@screen(404)
async def download_not_found(visitor: Visitor) -> None:
    await be_member(visitor)
    for path in ("/charges/2019-01.csv", "/charges/2019-01.pdf"):
        await visitor.opens(path)


@screen(422)
async def download_too_long(visitor: Visitor) -> None:
    await log_in_as(visitor, visitor.town.with_many_lines)
    await visitor.opens("/charges.pdf")


@screen(503, alone=True)
async def download_while_billing_is_away(visitor: Visitor) -> None:
    await be_member(visitor)
    async with visitor.town.without("billing"):
        await visitor.opens(f"/charges/{MONTH}.pdf")
