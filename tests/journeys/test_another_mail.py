"""「仮登録が完了しました。」: another mail, a corrected address, and a mail that came back (S4-1, S4-2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from journeys.manual import activate, expect_heading, field, press, register_provisionally
from journeys.system import Customer, System
from journeys.test_a_mail_that_bounced import a_notice_of
from playwright.async_api import Browser, Page, expect


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    """A browser of his own."""
    context = await chromium.new_context(locale="ja-JP")
    yield await context.new_page()
    await context.close()


async def test_a_corrected_address_gets_a_link_that_works_and_the_earlier_one_is_dead(
    page: Page, system: System, customer: Customer
) -> None:
    """The password is the one that he has chosen; a page that was reloaded says the same."""
    await register_provisionally(page, system, customer)
    wrong = await system.activation_url(customer.email_address)
    meant = f"meant-{customer.email_address}"
    await field(page, "メールアドレス").fill("meant@")
    await press(page, "このメールアドレスに送る")
    await expect(field(page, "メールアドレス")).to_have_value("meant@")
    await field(page, "メールアドレス").fill(meant)
    await press(page, "このメールアドレスに送る")
    await expect(page.get_by_text("新しい仮登録受付完了メールをお送りします。")).to_be_visible()
    right = await system.activation_url(meant)
    await page.reload()
    await expect_heading(page, "仮登録が完了しました。")
    await expect(page.get_by_text(meant).first).to_be_visible()
    await page.goto(wrong)
    await expect_heading(page, "新しいメールをお送りしています")
    await activate(page, right, customer)
    await press(page, "そのままログイン")
    await expect_heading(page, "お客様メニューリスト")


async def test_a_mail_that_came_back_is_told_on_the_page_that_waits_for_it(
    page: Page, system: System, customer: Customer
) -> None:
    """And the address may be corrected, with nothing typed lost."""
    await register_provisionally(page, system, customer)
    await system.activation_url(customer.email_address)
    [mail] = await system.mails_to(customer.email_address)
    message_id = {name.lower(): text for name, text in mail["headers"].items()}["message-id"]
    notice = a_notice_of(str(message_id), customer.email_address)
    code, out = await system.run("mail", "bounces", "-", given=notice)
    assert (code, "仮登録は取り消し" in out) == (0, True), out
    async with asyncio.timeout(60):  # until registration has heard of it
        while not await page.get_by_role("heading", name="メールを届けられませんでした").count():
            await page.goto(f"{system.url}/register/done")
    await expect(page.locator("#mail-failure")).to_contain_text("見つからないと")
    await press(page, "メールアドレスを直す")
    await expect_heading(page, "初回会員登録（初期情報）")
    await expect(field(page, "アカウントID")).to_have_value(customer.account_id)
