"""Two customers choose to be told, the operator publishes a month, their mails lead to its statement, and one
click ends them (ADR 0055). In a system of its own: others count the months.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from journeys.conftest import folder_for_everybody
from journeys.manual import activate, expect_heading, field, press, register_provisionally
from journeys.system import Customer, System, some_customers
from playwright.async_api import Browser, Page, expect
from support.billing_exports import write_lines, write_statements

TARO, HANAKO = some_customers(2)
SUBJECT = "【あいコムこうか】ご利用料金のお知らせ"
NOT, WITHOUT, WITH = "受け取らない", "受け取る（ご請求額は記載しない）", "受け取る（ご請求額も記載する）"


@pytest.fixture(params=["one process", "five processes"])
async def own_system(request: pytest.FixtureRequest, run_directory: Path) -> AsyncIterator[System]:
    """With two customers, whose charges until 2026-10 are published."""
    folder = folder_for_everybody(run_directory, f"bills-{request.param}")
    running = System(folder, processes=request.param == "five processes")
    await running.start()
    await running.import_customers([TARO, HANAKO])
    yield running
    assert await running.stop() == 0


async def choose(system: System, chromium: Browser, customer: Customer, words: str) -> Page:
    """Registers, logs in and chooses on the settings page, without JavaScript; says what was saved."""
    page = await (await chromium.new_context(java_script_enabled=False)).new_page()
    await register_provisionally(page, system, customer)
    await activate(page, await system.activation_url(customer.email_address), customer)
    await press(page, "そのままログイン")
    await page.goto(f"{system.url}/settings")
    await expect(page.get_by_label(NOT, exact=True)).to_be_checked()
    await page.get_by_label(words, exact=True).check()
    await press(page, "保存する")
    await expect(page.get_by_role("status")).to_have_text(f"お知らせメールを「{words}」に設定しました。")
    await expect(page.get_by_label(words, exact=True)).to_be_checked()
    return page


async def publish(system: System, month: str) -> None:
    """The operator: import, look, publish, and once more by mistake."""
    statements = write_statements(system.folder / "more.csv", [TARO, HANAKO], [month])
    lines = write_lines(system.folder / "more_lines.csv", [TARO, HANAKO], [month])
    written = month.replace("/", "-")
    for command in (
        ["charges", "import", statements, lines],
        ["charges", "publish", written],
        ["charges", "publish", written],
    ):
        code, out = await system.run(*command)
        assert code == 0, out


async def bills(system: System, customer: Customer, count: int) -> list[dict[str, Any]]:
    """The mails about published months, once there are so many; newest first."""
    async with asyncio.timeout(60):
        while True:
            mails = await system.mails_to(customer.email_address)
            found = [mail for mail in mails if mail["subject"] == SUBJECT]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.2)


def link(mail: dict[str, Any], path: str) -> str:
    """The address in the mail whose path begins so."""
    return next(line for line in mail["text"].splitlines() if re.match(f"http[^ ]*{path}", line))


async def log_in_here(page: Page, customer: Customer) -> None:
    """On the log-in screen that the tab shows."""
    await field(page, "アカウントID").fill(customer.account_id)
    await field(page, "パスワード").fill(customer.password)
    await press(page, "ログイン")


async def test_a_published_month_is_told_to_who_chose_it_and_leads_to_its_statement(
    own_system: System, chromium: Browser
) -> None:
    """The whole way, twice; the second month tells that nobody was told twice of the first."""
    settings = await choose(own_system, chromium, TARO, WITH)
    await choose(own_system, chromium, HANAKO, WITHOUT)
    await publish(own_system, "2026/11")
    [told] = await bills(own_system, TARO, 1)
    assert f"ご請求額（税込）　{TARO.amount_yen:,}円" in told["text"]
    [other] = await bills(own_system, HANAKO, 1)
    assert "円" not in other["text"]
    await _opens_in_two_tabs(chromium, link(told, "/charges/2026-11"))
    async with aiohttp.ClientSession() as program:
        form = {"List-Unsubscribe": "One-Click"}
        async with program.post(link(told, "/stop/"), data=form, allow_redirects=False) as answer:
            assert answer.status == 200
    await settings.reload()
    await expect(settings.get_by_label(NOT, exact=True)).to_be_checked()
    await publish(own_system, "2026/12")
    assert [link(mail, "/charges/")[-7:] for mail in await bills(own_system, HANAKO, 2)] == [
        "2026-12",
        "2026-11",
    ]
    assert len(await bills(own_system, TARO, 1)) == 1
    await _stops_on_the_page(chromium, link((await bills(own_system, HANAKO, 2))[0], "/stop/"))


async def _opens_in_two_tabs(chromium: Browser, address: str) -> None:
    """Without a session, and beside another page that was asked for later; each tab finds its own. The form
    of the first tab is a stranger's by then, and says so (X32).
    """
    context = await chromium.new_context()
    mail_tab, other_tab = await context.new_page(), await context.new_page()
    await mail_tab.goto(address)
    await other_tab.goto(address.replace("2026-11", "2026-10"))
    await log_in_here(other_tab, TARO)
    await expect_heading(other_tab, "ご利用料金の明細（2026年10月請求分）")
    await log_in_here(mail_tab, TARO)
    await expect(mail_tab.get_by_role("alert")).to_contain_text("ログインの状態が変わったため")
    await expect(field(mail_tab, "アカウントID")).to_have_value(TARO.account_id)
    await log_in_here(mail_tab, TARO)
    await expect_heading(mail_tab, "ご利用料金の明細（2026年11月請求分）")
    await expect(mail_tab.locator("main")).to_contain_text(f"{TARO.amount_yen:,}円")
    await context.close()


async def _stops_on_the_page(chromium: Browser, address: str) -> None:
    """A person follows the link: a page, a button, done, in a browser that never logged in."""
    page = await (await chromium.new_context()).new_page()
    await page.goto(address)
    await expect_heading(page, "お知らせメールの停止")
    await press(page, "お知らせメールを停止する")
    await expect_heading(page, "お知らせメールを停止しました")
    assert page.url.endswith("/stop/done")
    await page.context.close()
