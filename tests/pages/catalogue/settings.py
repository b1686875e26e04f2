"""設定, and the link that stops mails."""

from __future__ import annotations

from pages.catalogue.entries import screen
from pages.catalogue.steps import be_member, log_in_as
from pages.visitor import Visitor

OF_SOME_MAIL = "x" * 43


@screen()
async def settings(visitor: Visitor) -> None:
    await be_member(visitor)
    await visitor.opens("/settings")


@screen()
async def settings_saved(visitor: Visitor) -> None:
    await log_in_as(visitor, visitor.town.with_gap)
    await visitor.opens("/settings")
    await visitor.presses("保存する", bill_notice="with_amount")


@screen(422)
async def settings_nothing_chosen(visitor: Visitor) -> None:
    await be_member(visitor)
    await visitor.opens("/settings")
    await visitor.presses("保存する", bill_notice="")


@screen(503, alone=True)
async def settings_while_billing_is_away(visitor: Visitor) -> None:
    await be_member(visitor)
    async with visitor.town.without("billing"):
        await visitor.opens("/settings")


@screen(503, alone=True)
async def settings_not_saved(visitor: Visitor) -> None:
    await be_member(visitor)
    await visitor.opens("/settings")
    async with visitor.town.without("billing"):
        await visitor.presses("保存する", bill_notice="with_amount")


@screen()
async def stop(visitor: Visitor) -> None:
    await visitor.opens(f"/stop/{OF_SOME_MAIL}")


@screen(404)
async def stop_cut_off(visitor: Visitor) -> None:
    await visitor.opens("/stop/abc")


@screen(404)
async def stop_unknown(visitor: Visitor) -> None:
    await visitor.opens(f"/stop/{OF_SOME_MAIL}")
    await visitor.presses("お知らせメールを停止する")


@screen()
async def stopped(visitor: Visitor) -> None:
    await visitor.opens("/stop/done")
