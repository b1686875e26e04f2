"""Dialogs are pages, too: the same judges, the same rules of layout."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pages import judges
from pages.artefacts import without_artefacts
from pages.dialogs import DIALOGS, open_dialog
from pages.gallery import Gallery
from pages.stage import Stage
from pages.test_layout import ADD_STYLE, HEIGHTS, LARGE_TEXT, SPACED_TEXT, TAB_STOP, TARGETS, TEXT_SIZES
from playwright.async_api import Browser

EACH_DIALOG = pytest.mark.parametrize("dialog", DIALOGS)
WIDTHS = (320, 1280)
CUT_OFF = """() => {
    const dialog = document.querySelector("dialog[open]");
    const { left, right } = dialog.getBoundingClientRect(), room = document.documentElement.clientWidth;
    return left < 0 || right > room || dialog.scrollWidth > dialog.clientWidth;
}"""


@pytest.fixture(scope="module")
async def stage(chromium: Browser, gallery: Gallery) -> AsyncIterator[Stage]:
    """One browser page for all dialogs."""
    built = await Stage.build(chromium, gallery, checked=True)
    yield built
    await built.close()


@EACH_DIALOG
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
async def test_judges_find_nothing(stage: Stage, dialog: str, width: int, dark: bool) -> None:
    """Of the page behind it, too, which nobody can reach meanwhile."""
    await open_dialog(stage, dialog, width=width, dark=dark)
    assert without_artefacts("axe", await judges.axe(stage.page)) == []
    by_ibm = without_artefacts("ibm", await judges.ibm(stage.page))
    assert without_artefacts("ibm, under a dialog", by_ibm) == []
    assert without_artefacts("code sniffer", await judges.code_sniffer(stage.page)) == []


@EACH_DIALOG
@pytest.mark.parametrize("width", WIDTHS)
async def test_it_can_be_read_and_hit(stage: Stage, dialog: str, width: int) -> None:
    """G11, G12: with text twice as large or spaced out nothing is cut off at its sides."""
    await open_dialog(stage, dialog, width=width)
    targets: list[dict[str, Any]] = await stage.page.evaluate(TARGETS)
    low = [each["html"] for each in targets if each["box"]["height"] < HEIGHTS[each["kind"]]]
    assert low == []
    assert [text for size, text in await stage.page.evaluate(TEXT_SIZES) if size < 16] == []
    for style in ("", LARGE_TEXT, SPACED_TEXT):
        await stage.page.evaluate(ADD_STYLE, style)
        assert not await stage.page.evaluate(CUT_OFF), style


@EACH_DIALOG
async def test_the_focus_stays_inside_and_is_seen(stage: Stage, dialog: str) -> None:
    """G10; the page behind is not reached by Tab."""
    await open_dialog(stage, dialog, width=1280)
    inside = "document.querySelector('dialog[open]').contains(document.activeElement)"
    assert await stage.page.evaluate(inside)
    for _ in range(6):
        await stage.page.keyboard.press("Tab")
        stop, outline, width = await stage.page.evaluate(TAB_STOP)
        if stop is not None:  # the browser's own bar comes after the last button
            assert await stage.page.evaluate(inside)
            assert (outline, width) >= ("solid", 4), stop
