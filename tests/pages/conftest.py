"""The gallery, and a browser to look at it."""

from __future__ import annotations

from pathlib import Path

import pytest
from journeys.conftest import chromium, folder_for_everybody
from journeys.system import System
from pages.gallery import Gallery, paint

__all__ = ["chromium"]


@pytest.fixture(scope="session")
async def gallery(run_directory: Path) -> Gallery:
    """Every screen, painted on a portal of five processes, of which one can be stopped. It has ended
    before the first test looks.
    """
    folder = folder_for_everybody(run_directory, "pages")
    running = System(folder, processes=True, MYPAGE_TRUSTED_PROXIES="1")
    try:
        await running.start()
        return await paint(running)
    finally:
        await running.stop()
