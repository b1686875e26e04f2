"""X38: with a stolen session somebody wants the account's mails, and with them the account, on the five
processes.
"""

from __future__ import annotations

import asyncio

from abuse.conftest import EnterFrom
from journeys.system import Customer
from pages.catalogue.steps import activate, go_on_to_menu, log_in_as
from pages.town import Town
from pages.visitor import Visitor
from support.inside_a_system import rows_of

SOON = 2.0  # seconds: "within 1 s" on every gateway, and a slow machine
ADDRESS = "SELECT email_address FROM accounts WHERE account_id_folded = $1"
FORM = "確認のメールを送る"
EVIL = "evil-reader@example.jp"


async def owner_and_thief(
    town: Town, enter_from: EnterFrom, number: int
) -> tuple[Customer, Visitor, Visitor]:
    """A customer who is logged in, and whoever has a copy of his cookie."""
    owner, thief = enter_from(number), enter_from(number + 1)
    customer = await activate(owner, town.new_customer())
    await go_on_to_menu(owner)
    thief.holds("sid", owner.cookie("sid"))
    await thief.opens("/menu")
    assert thief.url.endswith("/menu")
    return customer, owner, thief


async def address_of(town: Town, customer: Customer) -> str:
    """Where the account's mails go."""
    [(address,)] = await rows_of(town.system, "identity", ADDRESS, customer.account_id)
    return str(address)


async def test_x38_a_stolen_session_alone_moves_no_address(fresh_town: Town, enter_from: EnterFrom) -> None:
    """The password is asked, five times; then even the right one waits. The new address hears nothing."""
    customer, _, thief = await owner_and_thief(fresh_town, enter_from, 651)
    for number in range(5):
        await thief.opens("/settings/address")
        await thief.presses(FORM, email_address=EVIL, password=f"Guessed{number:02}")
        assert thief.status == 422
    await thief.opens("/settings/address")
    await thief.presses(FORM, email_address=EVIL, password=customer.password)
    assert thief.status == 429
    assert int(thief.headers["retry-after"]) > 60
    assert await address_of(fresh_town, customer) == customer.email_address
    assert await fresh_town.system.mails_to(EVIL) == []


async def test_x38_the_old_address_is_told_at_once_and_takes_it_back(
    fresh_town: Town, enter_from: EnterFrom
) -> None:
    """A thief who knows the password as well: without a log-in the old mailbox undoes it, ends his session,
    and no link that he got before works any more.
    """
    customer, owner, thief = await owner_and_thief(fresh_town, enter_from, 653)
    system = fresh_town.system
    await thief.opens("/settings/address")
    await thief.presses(FORM, email_address=EVIL, password=customer.password)
    link = await system.link_in_mail(EVIL, "メールアドレス", "/settings/address/")
    assert await address_of(fresh_town, customer) == customer.email_address, "not before it has proved itself"
    await thief.opens(link)
    await thief.presses("変更する")
    assert await address_of(fresh_town, customer) == EVIL
    undo = await system.link_in_mail(customer.email_address, "メールアドレス", "/address-undo/")
    await owner.opens(undo)
    assert await address_of(fresh_town, customer) == EVIL, "opening changes nothing (X21)"
    await owner.presses("元に戻す")
    assert await address_of(fresh_town, customer) == customer.email_address
    async with asyncio.timeout(SOON):
        while "/login" not in thief.url:
            await thief.opens("/menu")
    await thief.opens("/recover/password")
    await thief.presses("メールを送る", account=customer.account_id, email_address=EVIL)
    await thief.opens(link)
    await log_in_as(thief, customer)
    await thief.opens(link)
    assert thief.status in (404, 410)
    assert await address_of(fresh_town, customer) == customer.email_address
    assert not [mail for mail in await system.mails_to(EVIL) if "再設定" in mail["subject"]]


async def test_x38_the_undo_lives_for_seventy_two_hours_and_no_longer(
    fresh_town: Town, enter_from: EnterFrom
) -> None:
    """A second later it says whom to call, and changes nothing."""
    customer, owner, thief = await owner_and_thief(fresh_town, enter_from, 655)
    system, other = fresh_town.system, "evil-second@example.jp"
    await thief.opens("/settings/address")
    await thief.presses(FORM, email_address=other, password=customer.password)
    await thief.opens(await system.link_in_mail(other, "メールアドレス", "/settings/address/"))
    await thief.presses("変更する")
    await owner.opens(await system.link_in_mail(customer.email_address, "メールアドレス", "/address-undo/"))
    late = (
        "UPDATE address_changes SET changed_at = now() - interval '72 hours 1 second' WHERE new_address = $1"
    )
    await fresh_town.alter("identity", late, other)
    await owner.presses("元に戻す")
    assert owner.status == 410
    assert "お電話" in owner.html
    assert await address_of(fresh_town, customer) == other
