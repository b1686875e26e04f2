"""2段階認証 from 設定 to the second page of a log-in, with an application's codes, on a small screen, with
JavaScript and without.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from journeys.authenticator import Authenticator
from journeys.manual import (
    activate,
    expect_heading,
    expect_no_sideways_scrolling,
    field,
    press,
    register_provisionally,
)
from journeys.system import Customer, System
from playwright.async_api import Browser, Page, expect


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
async def logged_in(
    request: pytest.FixtureRequest, system: System, chromium: Browser, customer: Customer
) -> AsyncIterator[Page]:
    """The customer at his menu."""
    context = await chromium.new_context(
        java_script_enabled=request.param == "with JavaScript",
        locale="ja-JP",
        viewport={"width": 320, "height": 640},
    )
    page = await context.new_page()
    await register_provisionally(page, system, customer)
    await activate(page, await system.activation_url(customer.email_address), customer)
    await press(page, "そのままログイン")
    while "/login/preparing" in page.url:
        await asyncio.sleep(0.2)
        if request.param != "with JavaScript":
            await press(page, "もう一度試す")
    await expect_heading(page, "お客様メニューリスト")
    yield page
    await context.close()


async def turn_on(page: Page, system: System, customer: Customer) -> tuple[Authenticator, list[str]]:
    """From 設定; the application reads the key as text, and the QR code is a picture that was painted."""
    await page.goto(f"{system.url}/settings")
    await page.get_by_role("link", name="2段階認証を設定する").click()
    await expect_no_sideways_scrolling(page)
    await field(page, "パスワード").fill(customer.password)
    await press(page, "設定を始める")
    await expect_heading(page, "2段階認証の設定")
    await expect_no_sideways_scrolling(page)
    picture = page.get_by_role("img", name="認証アプリで読み取るQRコード")
    assert await picture.evaluate("img => img.complete && img.naturalWidth > 0")
    application = Authenticator.that_reads(await page.content())
    await field(page, "確認コード").fill(application.wrong)
    await press(page, "有効にする")
    await expect(page.locator("#error-summary")).to_contain_text("コードが違う")
    await field(page, "確認コード").fill(application.code())
    await press(page, "有効にする")
    await expect_heading(page, "回復コード")
    await expect_no_sideways_scrolling(page)
    codes = await page.locator("main ol code").all_text_contents()
    assert len(codes) == 10
    return application, codes


async def type_password(page: Page, system: System, customer: Customer, wanted: str) -> None:
    """Logged out, on the way to a page behind the log-in."""
    await press(page, "ログアウト")
    await page.goto(f"{system.url}{wanted}")
    await field(page, "アカウントID").fill(customer.account_id)
    await field(page, "パスワード").fill(customer.password)
    await press(page, "ログイン")
    await expect_heading(page, "確認コードの入力")
    await expect_no_sideways_scrolling(page)


async def test_the_code_is_asked_for_from_now_on(system: System, customer: Customer, logged_in: Page) -> None:
    """By the application, by a recovery code, and not any more once it is turned off."""
    page = logged_in
    application, codes = await turn_on(page, system, customer)
    await type_password(page, system, customer, "/contract")
    await page.goto(f"{system.url}/menu")
    await expect_heading(page, "ログイン")
    await page.goto(f"{system.url}/login/code")
    await field(page, "確認コード").fill(application.code(later=1))
    await press(page, "ログイン")
    await page.wait_for_url(f"{system.url}/contract")

    await type_password(page, system, customer, "/charges")
    await page.get_by_role("link", name="スマートフォンがない場合は、回復コードを使う").click()
    await expect_no_sideways_scrolling(page)
    await field(page, "回復コード").fill(codes[0].lower())
    await press(page, "ログイン")
    await page.wait_for_url(f"{system.url}/charges")

    await page.goto(f"{system.url}/settings/second-factor")
    await expect(page.get_by_text("9個")).to_be_visible()
    await page.get_by_role("link", name="2段階認証を解除する").click()
    await expect_no_sideways_scrolling(page)
    await field(page, "パスワード").fill(customer.password)
    await field(page, "確認コード").fill(codes[1])
    await press(page, "解除する")
    await expect(page.get_by_role("status")).to_have_text("2段階認証を解除しました。")
    subjects = [mail["subject"] for mail in await system.mails_to(customer.email_address)]
    assert any("ログインの確認方法を追加しました" in each for each in subjects)
