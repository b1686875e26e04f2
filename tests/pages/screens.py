"""`make screens`: a small picture of every screen at both widths, for README and reviewers, and those of
使い方.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from journeys.conftest import CHROMIUM_FLAGS
from journeys.system import System
from pages.dialogs import DIALOGS, open_dialog
from pages.gallery import PORTAL, Gallery, paint
from pages.guide_pictures import take_guide
from pages.judges import part
from pages.stage import Stage
from playwright.async_api import async_playwright

WIDTHS = (320, 1280)
HIGH, HIGH_IN_THE_GUIDE = 560, 2000  # pixels
TOGETHER = 1_950_000
"""Bytes of the pictures of all screens; those of the guide are few."""
HERE = Path(__file__).parent


async def take(gallery: Gallery, folder: Path, guide: Path) -> None:
    """One PNG for each screen and width; pictures of screens that are gone go, too. Then the guide's."""
    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    await asyncio.to_thread(folder.mkdir, parents=True)
    async with async_playwright() as playwright:
        program = shutil.which("chromium")
        browser = await playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        stage = await Stage.build(browser, gallery)
        for name in gallery.shots:
            for width in WIDTHS:
                await stage.show(name, width=width)
                await stage.page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
        for name in DIALOGS:
            for width in WIDTHS:
                await open_dialog(stage, name, width=width)
                await stage.page.screenshot(path=folder / f"{name.replace('-', '_')}-{width}.png")
        of_the_guide = await take_guide(await Stage.build(browser, gallery, checked=True), guide)
        await browser.close()
    await _shrink(HIGH, await asyncio.to_thread(lambda: list(folder.iterdir())))
    await _shrink(HIGH_IN_THE_GUIDE, of_the_guide)


async def _shrink(high: int, pictures: list[Path]) -> None:
    """None higher than that, and lower where all of them together would be too large."""
    shrink = HERE / "checkers" / "shrink.py"
    command = (part("bin/python"), shrink, str(high), str(TOGETHER), *pictures)
    shrinking = await asyncio.create_subprocess_exec(*command)
    assert await shrinking.wait() == 0


async def main(folder: Path, guide: Path) -> None:
    """On a portal of its own."""
    with tempfile.TemporaryDirectory(prefix="mypage-screens-") as own:
        await asyncio.to_thread(Path(own).chmod, 0o755)  # PostgreSQL runs as another user
        running = System(Path(own), processes=True, **PORTAL)
        try:
            await running.start()
            gallery = await paint(running)
        finally:
            await running.stop()
        assert not gallery.missed, gallery.missed
        await take(gallery, folder, guide)


if __name__ == "__main__":
    asyncio.run(main(*map(Path, sys.argv[1:])))
