"""One portal for all tests of a file: it takes half a minute to stand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from journeys.conftest import CHROMIUM_FLAGS
from neighbours.programs import program
from playwright.async_api import Page, async_playwright

from deployment.portal import HOST, Portal, portal_of_the_prod_overlay


@pytest.fixture(scope="module")
async def portal(run_directory: Path) -> AsyncIterator[Portal]:
    """Its servers run, nothing is applied."""
    folder = run_directory / "prod"
    folder.mkdir(mode=0o755)
    async with portal_of_the_prod_overlay(folder) as made:
        yield made


@pytest.fixture
async def page(portal: Portal) -> AsyncIterator[Page]:
    """A fresh Chromium that finds the portal's host here and believes its certificate alone."""
    flags = [
        *CHROMIUM_FLAGS,
        f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{portal.entrance.port}",
        f"--ignore-certificate-errors-spki-list={portal.certificate.key_hash}",
    ]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program("chromium"), args=flags)
        yield await browser.new_page(locale="ja-JP")
        await browser.close()
