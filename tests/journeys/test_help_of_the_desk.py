"""A customer lost telephone and mailbox: the desk ends what is open, reads a code out, and he is in again. In
a system of its own, without JavaScript; every notice goes through the broker and out as a mail.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from journeys.conftest import folder_for_everybody
from journeys.manual import activate, expect_heading, field, press, register_provisionally
from journeys.system import Customer, System, some_customers
from playwright.async_api import Browser

[TARO] = some_customers(1)
NEW_ADDRESS, NEW_PASSWORD = "new-box@example.jp", "Zyxwvu98"
WHY = ("--reason", "電話で確認")


@pytest.fixture(params=["one process", "five processes"])
async def own_system(request: pytest.FixtureRequest, run_directory: Path) -> AsyncIterator[System]:
    """With one customer."""
    running = System(
        folder_for_everybody(run_directory, f"desk-{request.param}"),
        processes=request.param == "five processes",
    )
    await running.start()
    await running.import_customers([TARO])
    yield running
    assert await running.stop() == 0


async def desk(system: System, *command: str) -> str:
    """What a command of the desk prints."""
    code, out = await system.run(*command, *WHY)
    assert code == 0, out
    return out


async def told(system: System, customer: Customer, words: str) -> None:
    """Waits for the mail with that subject."""
    while not any(words in mail["subject"] for mail in await system.mails_to(customer.email_address)):
        await asyncio.sleep(0.1)


async def test_who_lost_telephone_and_mailbox_is_in_again(own_system: System, chromium: Browser) -> None:
    """What was done stands in the audit, which the desk reads."""
    page = await (await chromium.new_context(java_script_enabled=False)).new_page()
    await register_provisionally(page, own_system, TARO)
    await activate(page, await own_system.activation_url(TARO.email_address), TARO)
    await press(page, "そのままログイン")

    assert "1 件" in await desk(own_system, "accounts", "end-sessions", TARO.customer_number)
    await told(own_system, TARO, "すべての端末からログアウトしました")

    out = await desk(own_system, "desk", "issue-code", TARO.customer_number)
    found = re.search(r"\d{4} \d{4} \d{4} \d{4}", out)
    assert found
    await page.goto(f"{own_system.url}/recover/code")
    typed = {
        "お客様番号": TARO.customer_number,
        "電話番号": TARO.phone_number,
        "お名前（カナ）": TARO.holder_kana,
        "登録コード": found[0],
        "メールアドレス": NEW_ADDRESS,
        "パスワード": NEW_PASSWORD,
    }
    for label, text in typed.items():
        await field(page, label).fill(text)
    await press(page, "設定する")
    await told(own_system, TARO, "パスワードとメールアドレスを再設定しました")

    await field(page, "パスワード").fill(NEW_PASSWORD)  # the ID is filled in
    await press(page, "ログイン")
    await expect_heading(page, "お客様メニューリスト")

    read = await desk(own_system, "audit", "--contract", TARO.customer_number)
    for words in ("本登録", "全端末ログアウト", "登録コードの発行", "登録コードでの再設定"):
        assert words in read
