"""Who forgot, who never had an account and who is frozen are told alike (X37), by five processes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from pages.catalogue.recovery import NEW_PASSWORD, be_forgetful
from pages.catalogue.steps import activate, go_on_to_menu, log_in_as, register
from pages.town import Town
from pages.visitor import Visitor
from support.recovery_on_the_portal import CHANGE, NewVisitor, mails_about


async def _frozen(town: Town, browser: Visitor) -> tuple[str, str]:
    customer = await activate(browser)
    await go_on_to_menu(browser)
    statement = "UPDATE accounts SET frozen_at = now() WHERE account_id_folded = $1"
    await town.alter("identity", statement, customer.account_id)
    return customer.account_id, customer.email_address


async def _full(town: Town, browser: Visitor) -> tuple[str, str]:
    customer = await activate(browser)
    await go_on_to_menu(browser)
    return customer.account_id, customer.email_address


async def _provisional(town: Town, browser: Visitor) -> tuple[str, str]:
    customer = await register(browser)
    return customer.account_id, customer.email_address


async def _wrong_address(town: Town, browser: Visitor) -> tuple[str, str]:
    account_id, address = await _full(town, browser)
    return account_id, f"not-{address}"


async def _unknown(town: Town, browser: Visitor) -> tuple[str, str]:
    return "nobody-at-all-1", "nobody-at-all-1@example.jp"


WHO: dict[str, Callable[[Town, Visitor], Awaitable[tuple[str, str]]]] = {
    "full": _full,
    "frozen": _frozen,
    "provisional": _provisional,
    "wrong address": _wrong_address,
    "unknown": _unknown,
}


async def test_x37_everybody_is_answered_alike_and_one_gets_a_link(town: Town, visitor: NewVisitor) -> None:
    """Also over the limit: the fourth waits, whoever it is."""
    answers, addresses = {}, {}
    for name, given in WHO.items():
        account, address = await given(town, visitor())
        browser, seen = visitor(), []
        for _ in range(4):
            await browser.opens("/recover/password")
            await browser.presses("メールを送る", account=account, email_address=address)
            shown = browser.html.replace(account, "").replace(address, "")
            seen.append((browser.status, urlsplit(browser.url).path, re.sub('value="[^"]*"', "", shown)))
        answers[name], addresses[name] = seen, address
    assert [status for status, _, _ in answers["full"]] == [200, 200, 200, 429]
    usual = [(status, path, len(html)) for status, path, html in answers["full"]]
    assert all([(s, p, len(h)) for s, p, h in seen] == usual for seen in answers.values())
    async with asyncio.timeout(20):
        while await mails_about(town, addresses["full"], "パスワード再設定のご案内") < 3:
            await asyncio.sleep(0.2)
        while not await mails_about(town, addresses["frozen"], "マイページのログインについて"):
            await asyncio.sleep(0.2)
    for name in WHO.keys() - {"full"}:
        assert not await mails_about(town, addresses[name], "パスワード再設定のご案内"), name


async def test_x37_a_reset_ends_the_wait_and_the_sessions_and_is_told_of(
    town: Town, visitor: NewVisitor
) -> None:
    """X33: also the session that a thief has."""
    thief, owner = visitor(), visitor()
    customer = await be_forgetful(owner)
    await log_in_as(thief, customer)
    assert thief.url.endswith("/menu")
    stranger = visitor()
    for _ in range(6):
        await stranger.opens("/login")
        await stranger.presses("ログイン", account_id=customer.account_id, password="Wrong-1")
    assert stranger.status == 429
    await owner.opens(await town.reset_link(customer))
    await owner.presses(CHANGE, new_password=NEW_PASSWORD)
    async with asyncio.timeout(5):
        while not thief.url.endswith("/login"):
            await thief.opens("/menu")
    await owner.opens("/login")
    await owner.presses("ログイン", account_id=customer.account_id, password=NEW_PASSWORD)
    assert owner.url.endswith("/menu")
    async with asyncio.timeout(20):
        while not await mails_about(town, customer.email_address, "パスワードを再設定しました"):
            await asyncio.sleep(0.2)
