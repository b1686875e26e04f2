"""What only a real browser shows: where a tap leads the eye, what moves, what a script leaves behind."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, Route, expect
from support.registration_steps import DETAILS, HOLDER
from support.scripted_services import Services, StartPortal

from messages.registration import (
    ProvisionalAccountShown,
    ProvisionalState,
    ShowProvisionalAccount,
)

WIDTHS = pytest.mark.parametrize("width", [320, 1280])
FREE = "このアカウントIDは使用できます。"
SHIFTS = """() => new Promise((done) => new PerformanceObserver((list, observer) => {
    observer.disconnect();
    done(list.getEntries().reduce((sum, shift) => sum + shift.value, 0));
}).observe({ type: "layout-shift", buffered: true }) || setTimeout(() => done(0), 300))"""


@pytest.fixture
async def portal(start_portal: StartPortal, willing: Services) -> str:
    """Its address."""
    return str((await start_portal(willing.bus)).client.make_url("")).rstrip("/")


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    """A fresh profile."""
    context = await chromium.new_context(locale="ja-JP", viewport={"width": 320, "height": 640})
    yield await context.new_page()
    await context.close()


async def at_step_2(page: Page, portal: str) -> None:
    """The contract is proved."""
    await page.goto(f"{portal}/register")
    for name, value in HOLDER.items():
        await page.locator(f"#{name}").fill(value)
    await page.get_by_role("button", name="認証", exact=True).click()
    await expect(page.locator("h1")).to_contain_text("初期情報")


async def test_what_the_check_said_is_gone_as_soon_as_another_id_is_typed(page: Page, portal: str) -> None:
    """S2-3: it was said of the other one."""
    await at_step_2(page, portal)
    result = page.locator("#account_id-check")
    await page.locator("#account_id").fill("taro-01")
    await page.get_by_role("button", name="IDチェック").click()
    await expect(result).to_have_text(FREE)
    await page.locator("#account_id").press_sequentially("2")
    await expect(result).to_have_text("")
    assert await result.get_attribute("data-available") is None


async def test_an_answer_about_another_id_than_the_one_that_stands_there_is_not_shown(
    page: Page, portal: str
) -> None:
    """It was typed while the answer was on its way."""
    await at_step_2(page, portal)

    async def answer_late(route: Route) -> None:
        await page.locator("#account_id").fill("jiro-02")
        await route.continue_()

    await page.route("**/api/account-id", answer_late)
    await page.locator("#account_id").fill("taro-01")
    async with page.expect_response("**/api/account-id"):
        await page.get_by_role("button", name="IDチェック").click()
    await expect(page.locator("#check-account-id")).to_have_text("IDチェック")
    await expect(page.locator("#account_id-check")).to_have_text("")


async def test_what_the_server_said_of_an_id_goes_the_same_way(page: Page, portal: str) -> None:
    """The script came too late for the press."""
    await at_step_2(page, portal)
    await page.locator("#account_id").fill("taro-01")
    await page.evaluate("""() => {
        const form = document.getElementById("account-form");
        form.insertAdjacentElement("beforeend", Object.assign(document.createElement("input"), {
            type: "hidden", name: "action", value: "check" }));
        HTMLFormElement.prototype.submit.call(form);
    }""")
    await expect(page.locator("#account_id-check")).to_have_text(FREE)
    await page.locator("#account_id").press_sequentially("2")
    await expect(page.locator("#account_id-check")).to_have_text("")


async def test_the_page_that_waits_for_the_mail_hears_by_itself_that_it_cannot_be_delivered(
    page: Page, portal: str, services: Services
) -> None:
    """S4-2: from there to the form and back with another address, the password kept."""
    shown = ProvisionalAccountShown(state=ProvisionalState.REGISTERED, activation_deadline=None)
    services.answer(ShowProvisionalAccount, shown)
    await at_step_2(page, portal)
    for name, value in DETAILS.items():
        await page.locator(f"#{name}").fill(value)
    await page.get_by_role("button", name="確認する", exact=True).last.click()
    await page.get_by_role("button", name="仮登録する").click()
    await expect(page.locator("h1")).to_have_text("仮登録が完了しました。")
    refused = shown.model_copy(update={"state": ProvisionalState.MAIL_ABANDONED})
    services.answer(ShowProvisionalAccount, refused)
    await expect(page.locator("h1")).to_have_text("メールを届けられませんでした", timeout=20_000)
    services.answer(ShowProvisionalAccount, shown)
    await page.get_by_role("button", name="メールアドレスを直す").click()
    await page.locator("#email_address").fill("meant@example.jp")
    await page.get_by_role("button", name="確認する", exact=True).last.click()
    await page.get_by_role("button", name="仮登録する").click()
    await expect(page.locator("body")).to_contain_text("meant@example.jp")


@WIDTHS
async def test_a_tap_in_the_summary_shows_the_field_with_its_label(
    page: Page, portal: str, width: int
) -> None:
    """G4: whoever comes to a field sees which one it is."""
    await page.set_viewport_size({"width": width, "height": 640})
    for opened, button in (("/login", "ログイン"), ("/register", "認証"), ("/register/account", "確認する")):
        if opened == "/register/account":
            await at_step_2(page, portal)
        await page.goto(f"{portal}{opened}")
        await page.get_by_role("button", name=button, exact=True).last.click()
        links = page.locator("#error-summary a")
        for number in range(await links.count()):
            await page.evaluate("scrollTo(0, 0)")
            field = (await links.nth(number).get_attribute("href") or "").removeprefix("#")
            await links.nth(number).click()
            await expect(page.locator(f"#{field}")).to_be_focused()
            for seen in (f"label[for={field}]", f"#{field}"):
                await expect(page.locator(seen)).to_be_in_viewport(ratio=1)


@WIDTHS
@pytest.mark.parametrize("path", ["/login", "/register", "/guide", "/nothing-here"])
async def test_nothing_moves_while_a_page_is_built(page: Page, portal: str, path: str, width: int) -> None:
    """G14: the sum of all layout shifts is nought, however late the script comes."""
    await page.set_viewport_size({"width": width, "height": 900})

    async def come_late(route: Route) -> None:
        await page.wait_for_timeout(200)
        await route.continue_()

    await page.route("**/app.js*", come_late)
    await page.goto(f"{portal}{path}")
    assert await page.evaluate(SHIFTS) == 0


async def test_the_password_is_shown_by_a_button_whose_name_says_what_it_does(
    page: Page, portal: str
) -> None:
    """L5: the name changes, so no pressed state is told besides."""
    await page.goto(f"{portal}/login")
    await page.locator("#password").fill(DETAILS["password"])
    for name, kind in (("パスワードを表示", "text"), ("パスワードを隠す", "password")):
        button = page.get_by_role("button", name=name, exact=True)
        assert await button.get_attribute("aria-pressed") is None
        await button.click()
        await expect(page.locator("#password")).to_have_attribute("type", kind)
