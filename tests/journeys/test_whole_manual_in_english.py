"""The whole manual in English, from the switch in the footer to the details of a bill, with JavaScript and
without.
"""

from __future__ import annotations

import pytest
from journeys.manual import (
    activate,
    expect_heading,
    expect_no_sideways_scrolling,
    field,
    fill_account_details,
    press,
    prove_contract,
)
from journeys.system import Customer, System
from playwright.async_api import Browser, expect

from gateway.language import Language, said, speaking


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
async def test_the_manual_in_english(
    system: System, chromium: Browser, customer: Customer, javascript: bool
) -> None:
    """G21: chosen once, on the way in; every step, and what is wrong on the way, is in English."""
    context = await chromium.new_context(
        viewport={"width": 320, "height": 900}, java_script_enabled=javascript, locale="en-US"
    )
    page = await context.new_page()
    await page.goto(f"{system.url}/guide")
    await expect_heading(page, "マイページの使い方")  # whatever the browser prefers
    await press(page, "English")
    assert page.url == f"{system.url}/guide"
    with speaking(Language.ENGLISH):
        await expect_heading(page, "マイページの使い方")
        await prove_contract(page, system, customer)
        await expect_heading(page, "初回会員登録（初期情報）")
        await press(page, "確認する")
        await expect(page.locator("#error-summary")).to_contain_text("Enter the account ID.")
        await field(page, "アカウントID").fill(customer.account_id)
        await press(page, "IDチェック")
        await expect(page.locator("#account_id-check")).to_have_text("This account ID can be used.")
        await fill_account_details(page, customer)
        await expect_heading(page, "入力内容の確認")
        await press(page, "仮登録する")
        await expect_heading(page, "仮登録が完了しました。")
        await activate(page, await system.activation_url(customer.email_address), customer)
        await expect_heading(page, "本登録が完了しました。")
        await press(page, "そのままログイン")
        await expect_heading(page, "お客様メニューリスト")
        await page.locator("main nav").get_by_role("link", name="Charges").click()
        await expect_heading(page, "ご利用料金の一覧")
        newest = page.locator("tbody tr").nth(0)
        await expect(newest).to_contain_text("Oct 2026")
        await expect(newest).to_contain_text(f"¥{customer.amount_yen:,}")
        await expect_no_sideways_scrolling(page)
        await newest.get_by_role("link", name="Details").click()
        await expect(page.locator("h1")).to_have_text("Bill details (October 2026)")
        address = page.url
        await page.get_by_role("button", name="日本語", exact=True).click()
        assert page.url == address
        await expect(page.locator("h1")).to_have_text("ご利用料金の明細（2026年10月請求分）")
        await page.get_by_role("button", name="English", exact=True).click()
        await press(page, "ログアウト")
        await expect(page.locator("main")).to_contain_text(said("ログアウトしました。"))
    await context.close()
