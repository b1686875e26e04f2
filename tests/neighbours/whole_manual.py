"""The manual from the contract to the charges in Chromium, whoever stands between it and the portal."""

from __future__ import annotations

from journeys.manual import activate, expect_heading, press, register_provisionally
from neighbours.portal import Portal
from playwright.async_api import Page, expect


async def take_the_whole_manual(page: Page, portal: Portal) -> None:
    """使い方 1) to 7), by its labels, with the link of the mail."""
    customer = portal.next_customer()
    await register_provisionally(page, portal, customer)
    await activate(page, await portal.activation_url(customer.email_address), customer)
    await expect_heading(page, "本登録が完了しました。")
    await press(page, "そのままログイン")
    await expect_heading(page, "お客様メニューリスト")
    await page.locator("main nav").get_by_role("link", name="ご利用料金").click()
    await expect_heading(page, "ご利用料金の一覧")
    await page.locator("tbody tr").nth(0).get_by_role("link", name="詳細").click()
    await expect(page.locator("h1")).to_contain_text("ご利用料金の明細")
    await press(page, "ログアウト")
    assert page.url.startswith(portal.url)


async def protocol_of(page: Page) -> str:
    """How the page came: h2, http/1.1."""
    return str(await page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol"))
