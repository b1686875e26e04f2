"""アカウントIDやパスワードを忘れた方, in a browser without JavaScript on a small screen (R1 to R9)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from journeys.manual import (
    activate,
    expect_heading,
    expect_no_sideways_scrolling,
    field,
    log_in,
    press,
    register_provisionally,
)
from journeys.system import Customer, System
from playwright.async_api import Browser, Page, expect

NEW_PASSWORD = "Hoshizora77"
WRONG = "アカウントIDまたはパスワードが違います。"


async def a_page(chromium: Browser) -> Page:
    """Of a telephone of its own."""
    context = await chromium.new_context(
        java_script_enabled=False, locale="ja-JP", viewport={"width": 320, "height": 640}
    )
    return await context.new_page()


@pytest.fixture
async def logged_in(system: System, chromium: Browser, customer: Customer) -> AsyncIterator[Page]:
    """The customer at his menu."""
    page = await a_page(chromium)
    await register_provisionally(page, system, customer)
    await activate(page, await system.activation_url(customer.email_address), customer)
    await press(page, "そのままログイン")
    while "/login/preparing" in page.url:
        await asyncio.sleep(0.2)
        await press(page, "もう一度試す")
    await expect_heading(page, "お客様メニューリスト")
    yield page
    await page.context.close()


async def ask(page: Page, system: System, account: str, address: str) -> None:
    """From the log-in page to the page that tells nothing."""
    await page.goto(f"{system.url}/login")
    await page.get_by_role("link", name="アカウントIDやパスワードを忘れた方").click()
    await expect_no_sideways_scrolling(page)
    await page.get_by_role("link", name="パスワードを再設定する").click()
    await field(page, "お客様番号またはアカウントID").fill(account)
    await field(page, "メールアドレス").fill(address)
    await expect_no_sideways_scrolling(page)
    await press(page, "メールを送る")
    await expect_heading(page, "パスワード再設定のメールをご確認ください")
    await expect_no_sideways_scrolling(page)


async def mail_of(system: System, address: str, subject: str) -> dict[str, Any]:
    """The newest one of that subject, once it has come."""
    async with asyncio.timeout(20):
        while True:
            for mail in await system.mails_to(address):
                if subject in mail["subject"]:
                    return mail
            await asyncio.sleep(0.2)


async def test_who_forgot_his_password_chooses_another_and_every_session_ends(
    system: System, chromium: Browser, customer: Customer, logged_in: Page
) -> None:
    """By his customer number; the link is opened on another telephone than the one that asked."""
    asking, reading = await a_page(chromium), await a_page(chromium)
    await ask(asking, system, f"0{customer.customer_number}", customer.email_address.upper())
    link = await system.reset_url(customer.email_address)
    await reading.goto(link)
    assert reading.url == f"{system.url}/reset"
    await expect(reading.locator("#shown-account-id")).to_have_text(customer.account_id)
    await expect_no_sideways_scrolling(reading)
    await press(reading, "パスワードを変更する")
    await expect(reading.locator("#error-summary")).to_contain_text("新しいパスワードを入力してください。")
    await field(reading, "新しいパスワード").fill(NEW_PASSWORD)
    await press(reading, "パスワードを変更する")
    await expect_heading(reading, "パスワードを変更しました。")
    await expect_no_sideways_scrolling(reading)
    await mail_of(system, customer.email_address, "パスワードを再設定しました")
    await logged_in.reload()
    await expect_heading(logged_in, "ログイン")
    await log_in(logged_in, system, customer.account_id, customer.password)
    await expect(logged_in.locator("#error-summary")).to_contain_text(WRONG)
    await log_in(logged_in, system, customer.account_id, NEW_PASSWORD)
    await expect_heading(logged_in, "お客様メニューリスト")
    await asking.goto(link)
    await expect_heading(asking, "パスワードの再設定は完了しています")


async def test_going_back_and_pressing_again_shows_what_was_done(
    system: System, chromium: Browser, customer: Customer, logged_in: Page
) -> None:
    """G17: nothing is done twice, and another customer who was logged in here is not any more."""
    await ask(await a_page(chromium), system, customer.account_id, customer.email_address)
    await logged_in.goto(await system.reset_url(customer.email_address))
    await expect(logged_in.locator("main")).to_contain_text("このブラウザでログインしているアカウントも")
    await field(logged_in, "新しいパスワード").fill(NEW_PASSWORD)
    await press(logged_in, "パスワードを変更する")
    await expect_heading(logged_in, "パスワードを変更しました。")
    await logged_in.go_back()
    await expect_heading(logged_in, "パスワードを変更しました。")
    await logged_in.goto(f"{system.url}/menu")
    await expect_heading(logged_in, "ログイン")


async def test_who_forgot_his_id_finds_it_in_a_mail(
    system: System, chromium: Browser, customer: Customer, logged_in: Page
) -> None:
    """And the page says the same to somebody whom nobody knows."""
    page, seen = await a_page(chromium), []
    for address in (customer.email_address, f"not-{customer.email_address}"):
        await page.goto(f"{system.url}/recover")
        await page.get_by_role("link", name="アカウントIDを確認する").click()
        await field(page, "メールアドレス").fill(address)
        await press(page, "メールを送る")
        await expect_heading(page, "アカウントIDのメールをご確認ください")
        seen.append(await page.content())
    assert seen[0] == seen[1]
    mail = await mail_of(system, customer.email_address, "アカウントIDのお知らせ")
    assert customer.account_id in mail["text"].splitlines()
    assert not await system.mails_to(f"not-{customer.email_address}")
