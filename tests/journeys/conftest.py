"""Both arrangements of the system, and a real Chromium."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from journeys.system import Customer, System, some_customers
from playwright.async_api import Browser, async_playwright

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def folder_for_everybody(parent: Path, name: str) -> Path:
    """PostgreSQL runs as another user when the tests run as root."""
    folder = Path(tempfile.mkdtemp(prefix=name.replace(" ", "-"), dir=parent))
    folder.chmod(0o755)
    return folder


@pytest.fixture(scope="package", params=["one process", "five processes"])
async def system(request: pytest.FixtureRequest, run_directory: Path) -> AsyncIterator[System]:
    """The portal, started as a user starts it, with some customers of its own."""
    folder = folder_for_everybody(run_directory, request.param)
    running = System(folder, processes=request.param == "five processes")
    await running.start()
    await running.import_customers(some_customers(40))
    yield running
    assert await running.stop() == 0


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for the whole run; each test opens its own context."""
    program = shutil.which("chromium")
    assert program, "chromium is missing: apt-get install chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield browser
        await browser.close()


_taken: dict[System, int] = {}


@pytest.fixture
def customer(system: System) -> Customer:
    """A customer that no other test of this arrangement uses."""
    _taken[system] = _taken.get(system, 0) + 1
    return some_customers(_taken[system])[-1]
