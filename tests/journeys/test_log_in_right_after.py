"""A log-in right after 本登録, while identity cannot open the account yet."""

from __future__ import annotations

import pytest
from journeys.manual import activate, expect_heading, log_in, register_provisionally
from journeys.system import Customer, System
from journeys.test_whole_manual import new_page
from playwright.async_api import Browser, expect

from chassis.database.db import Database
from mypage.local.postgres import PrivatePostgres


@pytest.mark.single_deliveries
@pytest.mark.parametrize("system", ["five processes"], indirect=True)
async def test_the_page_that_prepares_goes_on_by_itself(
    system: System, chromium: Browser, customer: Customer
) -> None:
    """The right password is never called wrong, however often it is typed meanwhile, and nobody presses
    anything to come in at last.
    """
    page = await new_page(chromium)
    await register_provisionally(page, system, customer)
    url = await system.activation_url(customer.email_address)
    server = PrivatePostgres.running_in(system.folder / "postgres")
    assert server
    database = await Database.open(server.url("mypage_identity"))
    async with database.transaction() as tx:
        await tx.execute("LOCK TABLE accounts IN SHARE MODE")  # identity reads, and opens none
        await activate(page, url, customer)
        await expect_heading(page, "本登録が完了しました。")
        for _ in range(3):
            await log_in(page, system, customer.account_id, customer.password)
            await expect_heading(page, "準備しています")
    await database.close()
    await expect(page).to_have_url(f"{system.url}/menu", timeout=60_000)
    await page.context.close()
