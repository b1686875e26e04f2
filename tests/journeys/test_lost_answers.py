"""The answer to a press never came: people go back, correct what they see, and press again."""

from __future__ import annotations

from journeys.manual import activate, expect_heading, field, fill_account_details, press, prove_contract
from journeys.system import Customer, System
from playwright.async_api import Browser, Page, Route, expect


async def press_and_hear_nothing(page: Page) -> None:
    """[仮登録する] reaches the portal, whose answer is lost on its way, cookies and all."""
    kept = await page.context.cookies()

    async def lose(route: Route) -> None:
        await route.fetch(max_redirects=0)
        await route.abort("connectionreset")

    await page.route("**/register/confirm", lose)
    async with page.expect_event("requestfailed"):
        await page.get_by_role("button", name="仮登録する", exact=True).click(no_wait_after=True)
    await page.unroute("**/register/confirm")
    await page.context.clear_cookies()
    await page.context.add_cookies(kept)


async def test_who_corrects_his_address_after_a_lost_answer_gets_his_mail_there(
    system: System, chromium: Browser, customer: Customer
) -> None:
    """The first mail's link is dead and says so; the password need not be typed again."""
    mistyped, meant = customer.email_address, f"meant-{customer.email_address}"
    page = await (await chromium.new_context(locale="ja-JP")).new_page()
    await prove_contract(page, system, customer)
    await fill_account_details(page, customer)
    await press_and_hear_nothing(page)
    old_link = await system.activation_url(mistyped)
    await page.goto(f"{system.url}/register/account")
    await expect(field(page, "メールアドレス")).to_have_value(mistyped)
    await field(page, "メールアドレス").fill(meant)
    await press(page, "確認する")
    await press(page, "仮登録する")
    await expect_heading(page, "仮登録が完了しました。")
    await expect(page.locator("body")).to_contain_text(meant)
    await page.goto(old_link)
    await expect_heading(page, "新しいメールをお送りしています")
    await activate(page, await system.activation_url(meant), customer)
    await expect_heading(page, "本登録が完了しました。")
