"""The policies in a real Chromium without JavaScript: on a small phone, with large letters, by keyboard."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect
from support.scripted_services import Services, StartPortal

from gateway.texts.frame import FOOTER_LINKS

EACH_POLICY = pytest.mark.parametrize(("path", "name"), FOOTER_LINKS[1:])
LARGE = "<style>html { font-size: 200% !important; }</style>"
TOO_WIDE = "(html) => html.scrollWidth - html.clientWidth"


@pytest.fixture
async def portal(start_portal: StartPortal, services: Services) -> str:
    """Its address."""
    return str((await start_portal(services.bus)).client.make_url("")).rstrip("/")


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    """A phone whose owner switched JavaScript off, and may choose the size of letters."""
    context = await chromium.new_context(
        locale="ja-JP",
        viewport={"width": 320, "height": 640},
        java_script_enabled=False,
        bypass_csp=True,
    )
    yield await context.new_page()
    await context.close()


@EACH_POLICY
async def test_a_policy_is_found_in_the_footer_of_the_log_in_screen(
    page: Page, portal: str, path: str, name: str
) -> None:
    """E4: by its name, one press away."""
    await page.goto(f"{portal}/login")
    await page.get_by_role("contentinfo").get_by_role("link", name=name, exact=True).click()
    await expect(page).to_have_url(f"{portal}{path}")
    await expect(page.get_by_role("heading", level=1, name=name, exact=True)).to_be_visible()


@EACH_POLICY
async def test_a_policy_fits_a_small_phone_with_large_letters(
    page: Page, portal: str, path: str, name: str
) -> None:
    """G11: nothing scrolls sideways at 320 px, as it is and with letters twice as large."""
    await page.goto(f"{portal}{path}")
    root = page.locator("html")
    assert await root.evaluate(TOO_WIDE) <= 0, name
    await page.locator("head").evaluate("(head, style) => head.insertAdjacentHTML('beforeend', style)", LARGE)
    await expect(root).to_have_css("font-size", "32px")
    assert await root.evaluate(TOO_WIDE) <= 0, name


@EACH_POLICY
async def test_a_policy_is_all_that_is_loaded(page: Page, portal: str, path: str, name: str) -> None:
    """外部送信: the browser speaks with nobody else, and keeps no cookie of a reader."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{portal}{path}", wait_until="networkidle")
    assert asked, name
    assert [url for url in asked if not url.startswith(f"{portal}/")] == []
    assert await page.context.cookies() == []


@pytest.mark.parametrize("path", ["/terms", "/privacy", "/accessibility"])
async def test_the_way_to_ask_a_person_is_in_sight_after_one_press(
    page: Page, portal: str, path: str
) -> None:
    """G16: [お問い合わせ] in a text leads to the telephone in the footer."""
    await page.goto(f"{portal}{path}")
    links = await page.locator("main a[href='#contact']").all()
    assert links
    for link in links:
        await link.focus()
        await page.keyboard.press("Enter")
        await expect(page.locator(".telephone")).to_be_in_viewport(ratio=1)
