"""The pictures of 使い方: each step's screen without its footer, and the mail between them."""

from __future__ import annotations

from pathlib import Path

from pages.stage import Stage
from playwright.async_api import Page

from messages.company import CompanyProfile
from mypage.sample_mails import read_sample
from services.notification.orders.domain import MailKind

SCREENS = {
    "login": "log_in",
    **{f"step-{number}": f"step_{number}" for number in range(1, 7)},
    "menu": "menu",
    "charges": "charges",
    "statement": "statement",
}
"""By the names that gateway/templates/guide/guide.html gives them."""
WIDTH = 800
CLOSE = "main { flex: none; padding-bottom: 1rem } footer { visibility: hidden }"


async def take_guide(stage: Stage, folder: Path) -> list[Path]:
    """The files, in full size. The stage is one for judges: a style is added to its pages."""
    taken = []
    for name, screen in SCREENS.items():
        await stage.show(screen, width=WIDTH)
        await stage.page.add_style_tag(content=CLOSE)
        taken.append(await _take_above_the_end_of(stage.page, "main", folder / f"{name}.png"))
    await stage.page.set_content(read_sample(MailKind.ACTIVATION, CompanyProfile()).html)
    return [*taken, await _take_above_the_end_of(stage.page, "body > table", folder / "mail.png")]


async def _take_above_the_end_of(page: Page, selector: str, file: Path) -> Path:
    box = await page.locator(selector).first.bounding_box()
    assert box
    height = box["y"] + box["height"]
    await page.screenshot(path=file, full_page=True, clip={"x": 0, "y": 0, "width": WIDTH, "height": height})
    return file
