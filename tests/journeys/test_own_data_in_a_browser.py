"""データのダウンロード in a real browser: the file is saved, and the page stays."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

from journeys.manual import activate, expect_heading, field, press, register_provisionally
from journeys.system import Customer, System
from journeys.test_whole_manual import new_page
from playwright.async_api import Browser, expect


async def test_a_customer_saves_his_data_and_reads_of_it_in_the_history(
    system: System, chromium: Browser, customer: Customer
) -> None:
    """By the link in 設定; a wrong password first. The form stays, and what was saved can be read."""
    page = await new_page(chromium)
    await register_provisionally(page, system, customer)
    await activate(page, await system.activation_url(customer.email_address), customer)
    await press(page, "そのままログイン")
    await expect_heading(page, "お客様メニューリスト")
    await page.goto(f"{system.url}/settings")
    await page.get_by_role("link", name="登録内容とご利用の記録をダウンロードする").click()
    await expect_heading(page, "データのダウンロード")
    await field(page, "パスワード").fill("Machigai88")
    await press(page, "ダウンロードする")
    await expect(page.locator("#error-summary")).to_contain_text("パスワードが違います。")
    await field(page, "パスワード").fill(customer.password)
    async with page.expect_download() as waiting:
        await press(page, "ダウンロードする")
    download = await waiting.value
    assert re.fullmatch(r"mypage-data-20\d{6}\.json", download.suggested_filename)
    data = json.loads(await asyncio.to_thread(Path(await download.path()).read_text, "utf-8"))
    assert data["アカウント"]["メールアドレス"] == customer.email_address
    assert data["ご契約"]["お客様番号"] == customer.customer_number
    assert len(data["ご利用料金"]) == 12
    assert data["ログインと変更の履歴"][0]["内容"] == "登録内容のダウンロード"
    await expect_heading(page, "データのダウンロード")
    await page.goto(f"{system.url}/settings/history")
    await expect(page.locator("main")).to_contain_text("登録内容のダウンロード")
    await page.context.close()
