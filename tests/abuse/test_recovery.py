"""アカウントIDやパスワードを忘れた方 is abused: the whole portal in five processes, over RabbitMQ."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from journeys.conftest import folder_for_everybody
from journeys.system import Customer, System, some_customers
from pages.catalogue.recovery import NEW_PASSWORD, ask, be_forgetful
from pages.catalogue.steps import activate, go_on_to_menu, log_in_as, register
from pages.town import CONTRACTS, Town
from pages.visitor import Visitor
from support.billing_exports import write_contracts

from chassis.database.db import Database
from mypage.local.postgres import PrivatePostgres

CHANGE = "パスワードを変更する"
DONE = "<h1>パスワードを変更しました。</h1>"
NewVisitor = Callable[[], Visitor]


@pytest.fixture(scope="module")
async def town(run_directory: Path) -> AsyncIterator[Town]:
    """The portal, and contracts of nobody who has an account."""
    running = System(folder_for_everybody(run_directory, "abuse"), processes=True, MYPAGE_TRUSTED_PROXIES="1")
    await running.start()
    contracts = write_contracts(running.folder / "contracts.csv", some_customers(CONTRACTS))
    code, out = await running.run("contracts", "import", contracts)
    assert code == 0, out
    yield Town(running)
    assert await running.stop() == 0


_numbers = iter(range(1, 10_000))


@pytest.fixture
async def visitor(town: Town) -> AsyncIterator[NewVisitor]:
    """`visitor()`: another browser in a network of its own."""
    made: list[Visitor] = []

    def make() -> Visitor:
        made.append(Visitor(town, next(_numbers)))
        return made[-1]

    yield make
    await asyncio.gather(*(each.close() for each in made))


async def rows(town: Town, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Of identity's database."""
    server = PrivatePostgres.running_in(town.system.folder / "postgres")
    assert server
    database = await Database.open(server.url("mypage_identity"))
    try:
        async with database.transaction() as tx:
            return [tuple(row.values()) for row in await tx.fetch(statement, *values)]  # type: ignore[attr-defined]
    finally:
        await database.close()


async def state_of(town: Town, customer: Customer) -> list[tuple[Any, ...]]:
    """Everything about his account, his links and his sessions."""
    statement = """
        SELECT a::text, r::text, s::text FROM accounts a
            LEFT JOIN password_resets r USING (account_key) LEFT JOIN sessions s USING (account_key)
        WHERE account_id_folded = $1 ORDER BY 1, 2, 3
    """
    return await rows(town, statement, customer.account_id)


async def mails_about(town: Town, address: str, subject: str) -> int:
    """How many of them have come."""
    return sum(subject in mail["subject"] for mail in await town.system.mails_to(address))


async def test_x19_a_link_used_twenty_times_at_once_changes_one_password(
    town: Town, visitor: NewVisitor
) -> None:
    """Twenty browsers, twenty passwords: one is told that it is done, the others that it was used."""
    customer = await be_forgetful(visitor())
    link = await town.reset_link(customer)
    browsers = [visitor() for _ in range(20)]
    await asyncio.gather(*(each.opens(link) for each in browsers))
    passwords = [f"Hoshizora{number}" for number in range(20, 40)]

    async def press(browser: Visitor, password: str) -> None:
        await browser.presses(CHANGE, new_password=password)
        while browser.status == 503:  # a slow machine: twenty hashes in eight seconds are not promised
            await browser.opens("/reset")
            if CHANGE not in browser.html:
                return
            await browser.presses(CHANGE, new_password=password)

    await asyncio.gather(*map(press, browsers, passwords))
    done = [password for each, password in zip(browsers, passwords, strict=True) if DONE in each.html]
    assert len(done) == 1
    assert sum("すでに完了しています" in each.html for each in browsers) == 19
    await browsers[0].opens("/login")
    await browsers[0].presses("ログイン", account_id=customer.account_id, password=done[0])
    assert browsers[0].url.endswith("/menu")


async def test_x20_an_old_link_is_dead_and_changes_nothing(town: Town, visitor: NewVisitor) -> None:
    """After a newer one, and a second after its 30 minutes."""
    browser = visitor()
    customer = await be_forgetful(browser)
    old = await town.reset_link(customer)
    opened = visitor()
    await opened.opens(old)
    await ask(browser, customer)
    newest = await town.reset_link(customer, after=1)
    before = await state_of(town, customer)
    await opened.presses(CHANGE, new_password=NEW_PASSWORD)
    assert opened.status == 410
    assert await state_of(town, customer) == before
    late = visitor()
    await late.opens(newest)
    await town.alter("identity", "UPDATE password_resets SET asked_at = asked_at - interval '30 min 1 s'")
    before = await state_of(town, customer)
    await late.presses(CHANGE, new_password=NEW_PASSWORD)
    assert late.status == 410
    assert await state_of(town, customer) == before


async def test_x21_scanners_change_nothing(town: Town, visitor: NewVisitor) -> None:
    """HEAD, fifty times GET, prefetch; the link works afterwards."""
    customer = await be_forgetful(visitor())
    link = await town.reset_link(customer)
    before = await state_of(town, customer)
    scanner = visitor()
    await scanner.sends("HEAD", link)
    for headers in ({"Purpose": "prefetch"}, {"Sec_Purpose": "prefetch;prerender"}, *[{}] * 50):
        await scanner.sends("GET", link, **headers)
        assert scanner.status == 200
    assert await state_of(town, customer) == before
    reader = visitor()
    await reader.opens(link)
    await reader.presses(CHANGE, new_password=NEW_PASSWORD)
    assert DONE in reader.html


async def test_x22_the_link_leaks_nowhere(town: Town, visitor: NewVisitor) -> None:
    """Not by Referer, cache, address, page or log."""
    customer = await be_forgetful(visitor())
    link = await town.reset_link(customer)
    token = link.rpartition("/")[2]
    async with (
        aiohttp.ClientSession() as session,
        session.get(link, allow_redirects=False) as answer,
    ):
        assert (answer.status, answer.headers["Location"]) == (303, "/reset")
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
    reader = visitor()
    await reader.opens(link)
    assert urlsplit(reader.url).path == "/reset"
    assert reader.headers["cache-control"] == "no-store"
    assert token not in reader.html
    outbound = [url for url in re.findall(r'(?:href|src|action)="([^"]+)"', reader.html) if "//" in url]
    assert outbound == []
    await reader.presses(CHANGE, new_password=NEW_PASSWORD)
    logs = [path for path in town.system.folder.rglob("*.log") if path.is_file()]
    assert logs
    leaking = [path.name for path in logs if token in path.read_text("utf-8", errors="replace")]
    assert leaking == []
    assert not await rows(town, "SELECT FROM password_resets r WHERE strpos(r::text, $1) > 0", token)


async def test_x30_the_link_is_built_of_our_own_address(town: Town, visitor: NewVisitor) -> None:
    """A foreign Host is refused and writes nothing; a forwarded one is not believed."""
    browser = visitor()
    customer = await be_forgetful(browser)
    assert await town.reset_link(customer)
    before = await state_of(town, customer)
    for host in ("evil.example", "evil.example:80", f"{urlsplit(town.url).netloc}.evil.example"):
        await browser.opens("/recover/password")
        form = {"account": customer.account_id, "email_address": customer.email_address}
        token = re.search('name="form_token" value="([^"]+)"', browser.html)
        assert token
        await browser.sends("POST", "/recover/password", form | {"form_token": token[1]}, Host=host)
        assert browser.status in (400, 403, 421)
    assert await state_of(town, customer) == before
    await browser.opens("/recover/password")
    token = re.search('name="form_token" value="([^"]+)"', browser.html)
    assert token
    await browser.sends(
        "POST",
        "/recover/password",
        form | {"form_token": token[1]},
        X_Forwarded_Host="evil.example",
        Forwarded="host=evil.example",
    )
    assert browser.url.endswith("/recover/password/sent")
    assert (await town.reset_link(customer, after=1)).startswith(f"{town.url}/reset/")


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
