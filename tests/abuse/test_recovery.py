"""The link of パスワードを忘れた方 is abused: the whole portal in five processes, over RabbitMQ."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urlsplit

import aiohttp
from pages.catalogue.recovery import NEW_PASSWORD, ask, be_forgetful
from pages.town import Town
from pages.visitor import Visitor
from support.recovery_on_the_portal import CHANGE, DONE, NewVisitor, rows, state_of


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
