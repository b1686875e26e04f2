"""Ctrl-C and `make up` again: what was registered is still there, and a mail that waited is sent."""

from __future__ import annotations

from pathlib import Path

from journeys.manual import activate, expect_heading, log_in, register_provisionally
from journeys.system import System, some_customers
from journeys.test_whole_manual import new_page
from playwright.async_api import Browser


async def test_accounts_and_provisional_accounts_survive_a_restart(
    chromium: Browser, run_directory: Path
) -> None:
    """One customer has finished, another one has his mail; both go on after the restart."""
    folder = run_directory / "restart"
    folder.mkdir(mode=0o755)
    system, (finished, waiting) = System(folder, processes=False), some_customers(2)
    await system.start()
    await system.import_customers([finished, waiting])
    page = await new_page(chromium)
    await register_provisionally(page, system, finished)
    await activate(page, await system.activation_url(finished.email_address), finished)
    await expect_heading(page, "本登録が完了しました。")
    await page.context.clear_cookies()
    await register_provisionally(page, system, waiting)
    link = await system.activation_url(waiting.email_address)
    assert await system.stop() == 0

    await system.start()
    await log_in(page, system, finished.account_id, finished.password)
    await expect_heading(page, "お客様メニューリスト")
    await activate(page, link, waiting)
    await expect_heading(page, "本登録が完了しました。")
    await page.context.close()
    assert await system.stop() == 0
