"""A service that is gone takes its own page along, and no other one; and it comes back by itself."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest
from journeys.manual import activate, expect_heading, press, register_provisionally
from journeys.system import Customer, System
from journeys.test_whole_manual import new_page
from playwright.async_api import Browser


def process_of(system: System, module: str) -> int:
    """The process id of one component of this system."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command, status = (entry / "cmdline").read_text(), (entry / "status").read_text()
            except OSError:
                continue
            if f"services.{module}" in command and f"PPid:\t{system.pid}\n" in status:
                return int(entry.name)
    raise LookupError(module)


@pytest.mark.parametrize("system", ["five processes"], indirect=True)
async def test_while_billing_is_gone_the_charges_page_says_so_within_a_second_and_the_menu_works(
    system: System, chromium: Browser, customer: Customer
) -> None:
    """503 with a Japanese page and a reference id; then the service is back and so is the page."""
    page = await new_page(chromium)
    await register_provisionally(page, system, customer)
    await activate(page, await system.activation_url(customer.email_address), customer)
    await press(page, "そのままログイン")
    await expect_heading(page, "お客様メニューリスト")
    os.kill(process_of(system, "billing"), signal.SIGKILL)
    await asyncio.sleep(
        0.4
    )  # a call that is in flight at the very moment of a kill waits for its deadline (ADR 0001)
    began = time.monotonic()
    answer = await page.goto(f"{system.url}/charges")
    assert answer is not None
    assert answer.status == 503
    assert time.monotonic() - began < 2
    assert "受付番号" in await page.content()
    menu = await page.goto(f"{system.url}/menu")
    assert menu is not None
    assert menu.status == 200
    async with asyncio.timeout(20):
        while (answer := await page.goto(f"{system.url}/charges")) is None or answer.status != 200:
            await asyncio.sleep(0.3)
    await page.context.close()
