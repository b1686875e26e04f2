"""G18 in a real Chromium whose clock the test moves: before a session ends unused its customer may go on."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, Request, expect
from support.scripted_services import SESSION, Services, StartPortal

from messages.identity import LogIn, LogOut, RefusalCode, SessionShown, ShowSession

HALF_AN_HOUR = 1_800
OF_TWO_MINUTES = "28:01"
OF_ITS_END = "01:59"
BEFORE = "27:55"


def living(seconds: int) -> SessionShown:
    """The session, if nobody comes back."""
    return SESSION.model_copy(update={"ends_in_seconds": seconds})


@pytest.fixture
async def portal(start_portal: StartPortal, services: Services) -> str:
    """Its address; everybody who logs in stays so for half an hour. The menu does without billing."""
    for question in (LogIn, ShowSession):
        services.answer(question, living(HALF_AN_HOUR))
    return str((await start_portal(services.bus)).client.make_url("")).rstrip("/")


@pytest.fixture
async def profile(chromium: Browser) -> AsyncIterator[BrowserContext]:
    """Of a browser whose clock goes only as told, and stands wrong by years."""
    context = await chromium.new_context(locale="ja-JP", timezone_id="Asia/Tokyo")
    await context.clock.install(time=1_000_000_000)
    yield context
    await context.close()


@pytest.fixture
async def page(profile: BrowserContext, portal: str) -> Page:
    """The menu."""
    page = await profile.new_page()
    await page.goto(f"{portal}/login")
    await log_in(page)
    await expect(page).to_have_url(f"{portal}/menu")
    return page


async def log_in(page: Page) -> None:
    """As anybody."""
    await page.locator("#account_id").fill("taro-01")
    await page.locator("#password").fill("x")
    await page.get_by_role("button", name="ログイン", exact=True).click()


def ending(page: Page) -> Locator:
    """The warning."""
    return page.get_by_role("dialog", name="まもなくログアウトします")


def over(page: Page) -> Locator:
    """What is said after the end."""
    return page.get_by_role("dialog", name="ログアウトしました")


def continued(services: Services) -> int:
    """How often identity heard of the session."""
    return len(services.were_asked(ShowSession))


async def test_two_minutes_before_the_end_it_offers_to_go_on(page: Page, services: Services) -> None:
    """Not sooner; the focus stands on what goes on, and goes back to where it was. Nothing but the button
    keeps the session alive.
    """
    before = continued(services)
    link = page.get_by_role("link", name="ご利用料金", exact=True).first
    await link.focus()
    await page.clock.fast_forward(BEFORE)
    await expect(ending(page)).to_be_hidden()
    await page.clock.fast_forward("00:06")
    await expect(ending(page)).to_be_visible()
    await expect(page.get_by_role("button", name="続ける")).to_be_focused()
    assert continued(services) == before
    await page.keyboard.press("Enter")
    await expect(ending(page)).to_be_hidden()
    await expect(link).to_be_focused()
    assert continued(services) == before + 1
    await page.clock.fast_forward(BEFORE)
    await expect(ending(page)).to_be_hidden()
    await page.clock.fast_forward("00:06")
    await expect(ending(page)).to_be_visible()


async def test_the_end_is_told_by_the_customers_own_clock(page: Page) -> None:
    """2001-09-09 01:46:40 UTC in this browser, and half an hour."""
    await page.clock.fast_forward(OF_TWO_MINUTES)
    await expect(ending(page)).to_contain_text("11:16に自動でログアウトします")


async def test_escape_goes_on_too(page: Page, services: Services) -> None:
    """WCAG 2.2.1: any simple action does; nobody is logged out by a key that closes things."""
    before = continued(services)
    await page.clock.fast_forward(OF_TWO_MINUTES)
    await expect(ending(page)).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(ending(page)).to_be_hidden()
    assert continued(services) == before + 1


async def test_after_the_end_it_says_so_and_the_page_comes_back_after_the_log_in(
    page: Page, portal: str, services: Services
) -> None:
    """No page is left that looks as if it worked still."""
    await page.goto(f"{portal}/contract")
    await page.clock.fast_forward(OF_TWO_MINUTES)
    await page.clock.fast_forward(OF_ITS_END)
    await expect(ending(page)).to_be_hidden()
    await expect(over(page)).to_be_visible()
    services.refuse(ShowSession, RefusalCode.SESSION_ENDED)
    await forget_what_is_remembered(page, portal, services)
    await page.get_by_role("button", name="画面を開き直す").click()
    await expect(page).to_have_url(f"{portal}/login")
    services.answer(ShowSession, living(HALF_AN_HOUR))
    await log_in(page)
    await expect(page).to_have_url(f"{portal}/contract")


async def forget_what_is_remembered(page: Page, portal: str, services: Services) -> None:
    """The gateway's clock does not go as the browser's does: it remembers a session for a minute."""
    token = await page.locator("#session-ending [name=form_token]").input_value()
    own = {"Sec-Fetch-Site": "same-origin"}
    answer = await page.request.post(f"{portal}/api/session", headers=own, form={"form_token": token})
    assert await answer.json() == {"ends_in": 0}


async def test_a_session_that_ended_meanwhile_is_not_said_to_live(page: Page, services: Services) -> None:
    """By another device, or the operator."""
    await page.clock.fast_forward(OF_TWO_MINUTES)
    services.refuse(ShowSession, RefusalCode.SESSION_ENDED)
    await page.get_by_role("button", name="続ける").click()
    await expect(over(page)).to_be_visible()


async def test_who_cannot_go_on_any_longer_is_told_so(page: Page, services: Services) -> None:
    """12 hours after the log-in."""
    await page.clock.fast_forward(OF_TWO_MINUTES)
    services.answer(ShowSession, living(60))
    await page.get_by_role("button", name="続ける").click()
    await expect(ending(page)).to_contain_text("これ以上は延ばせません")
    await page.clock.fast_forward(OF_ITS_END)
    await expect(over(page)).to_be_visible()


@pytest.mark.parametrize("trouble", ["no network", "no identity"])
async def test_without_an_answer_it_can_be_tried_again(page: Page, services: Services, trouble: str) -> None:
    """The dialog stays, and says so."""
    await page.clock.fast_forward(OF_TWO_MINUTES)
    if trouble == "no network":
        await page.route("**/api/session", lambda route: route.abort())
    else:
        services.says.pop(ShowSession)
    await page.get_by_role("button", name="続ける").click()
    await expect(ending(page)).to_contain_text("通信できませんでした")
    await page.unroute_all()
    services.answer(ShowSession, living(HALF_AN_HOUR))
    await page.get_by_role("button", name="続ける").click()
    await expect(ending(page)).to_be_hidden()


async def test_all_tabs_know_what_one_of_them_was_told(
    page: Page, profile: BrowserContext, portal: str
) -> None:
    """Who works in one is not asked in the other; going on in one closes the dialog of the others, and a
    log-out ends them all.
    """
    other = await profile.new_page()
    await page.clock.fast_forward("20:00")
    await other.goto(f"{portal}/guide")
    await page.clock.fast_forward("08:01")
    await expect(ending(page)).to_be_hidden()
    await page.clock.fast_forward("20:00")
    await expect(ending(page)).to_be_visible()
    await expect(ending(other)).to_be_visible()
    await ending(other).get_by_role("button", name="続ける").click()
    await expect(ending(other)).to_be_hidden()
    await expect(ending(page)).to_be_hidden()
    await other.locator(".customer").get_by_role("button", name="ログアウト").click()
    await expect(over(page)).to_be_visible()


async def test_the_dialog_logs_out_too(page: Page, portal: str, services: Services) -> None:
    """By the same form as the header's."""
    await page.clock.fast_forward(OF_TWO_MINUTES)
    await ending(page).get_by_role("button", name="ログアウト").click()
    await expect(page).to_have_url(f"{portal}/login")
    assert services.were_asked(LogOut)


async def test_a_device_that_slept_finds_the_end_when_it_wakes(page: Page) -> None:
    """No timer had run."""
    await page.clock.set_system_time(1_000_000_000 + HALF_AN_HOUR + 1)
    await expect(over(page)).to_be_hidden()
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))")
    await expect(over(page)).to_be_visible()


async def test_a_page_of_nobody_has_no_dialog(page: Page, portal: str, profile: BrowserContext) -> None:
    """And its script does not miss it."""
    await profile.clear_cookies()
    faults: list[Exception] = []
    page.on("pageerror", lambda fault: faults.append(fault))
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    await page.goto(f"{portal}/guide")
    await page.clock.fast_forward("31:00")
    assert await page.locator("dialog").count() == 0
    assert faults == []
    assert [each.url for each in asked if "/api/" in each.url] == []
