"""Packed files and the kept guide, as a real Chromium takes them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, Response, expect
from support.scripted_services import SESSION, Services, StartPortal

from messages.identity import LoggedOut, LogIn, LogOut, ShowSession


@pytest.fixture
async def portal(start_portal: StartPortal, services: Services) -> str:
    """Its address. Anybody may log in."""
    services.answer(LogIn, SESSION)
    services.answer(ShowSession, SESSION)
    services.answer(LogOut, LoggedOut())
    return str((await start_portal(services.bus)).client.make_url("")).rstrip("/")


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    """A fresh profile."""
    context = await chromium.new_context(locale="ja-JP")
    yield await context.new_page()
    await context.close()


async def opened(page: Page, address: str) -> Response:
    """What the browser shows for the address, and how it came."""
    response = await page.goto(address)
    assert response is not None
    return response


async def test_the_guide_comes_packed_with_its_style_sheet_and_script(page: Page, portal: str) -> None:
    """And is unpacked, styled and moved as if it were not."""
    came: dict[str, str] = {}

    def note(response: Response) -> None:
        came[response.url.removeprefix(portal).partition("?")[0]] = response.headers.get(
            "content-encoding", "identity"
        )

    page.on("response", note)
    await opened(page, f"{portal}/guide")
    await expect(page.locator("h1")).to_have_text("マイページの使い方")
    display = await page.locator("a.brand").evaluate("link => getComputedStyle(link).display")
    assert display != "inline", "the style sheet was not understood"
    for path in ("/guide", "/static/style.css", "/static/app.js", "/static/logo.svg"):
        assert came[path] == "gzip"


async def test_a_guide_that_the_browser_has_does_not_come_again(page: Page, portal: str) -> None:
    """It asks, hears 304, and shows what it has."""
    await opened(page, f"{portal}/guide")
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    statuses: list[int] = []
    session.on("Network.responseReceivedExtraInfo", lambda said: statuses.append(int(said["statusCode"])))
    await opened(page, f"{portal}/guide")
    await expect(page.locator("h1")).to_have_text("マイページの使い方")
    assert statuses[0] == 304


async def test_the_guide_has_the_header_of_who_looks_at_it_now(page: Page, portal: str) -> None:
    """X35: before, during and after a session, at the same address in the same browser."""
    log_out = page.get_by_role("button", name="ログアウト")
    await opened(page, f"{portal}/guide")
    await expect(log_out).to_have_count(0)
    await page.goto(f"{portal}/login")
    await page.locator("#account_id").fill("taro-01")
    await page.locator("#password").fill("Himitsu123")
    await page.get_by_role("button", name="ログイン", exact=True).click()
    await expect(page.locator("h1")).to_contain_text("メニュー")
    await opened(page, f"{portal}/guide")
    await log_out.click()
    await expect(page.locator("h1")).to_contain_text("ログイン")
    await opened(page, f"{portal}/guide")
    await expect(log_out).to_have_count(0)
