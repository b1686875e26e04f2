"""Others find nothing to object to on any screen, in any state, at two widths, light and dark."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from pages import judges
from pages.artefacts import without_artefacts
from pages.catalogue import SCREENS
from pages.gallery import Gallery
from pages.stage import Stage
from playwright.async_api import Browser

WIDTHS = (320, 1280)
FAULTS = '<img src="/static/none.svg"><input type="text"><table role="table"><tr role="row"></table>'
COLOUR_RULES = ["color-contrast", "link-in-text-block"]  # all that dark can change
EACH_SCREEN = pytest.mark.parametrize("name", SCREENS)


@pytest.fixture(scope="module")
async def stage(chromium: Browser, gallery: Gallery) -> AsyncIterator[Stage]:
    """One browser page for all screens."""
    built = await Stage.build(chromium, gallery, checked=True)
    yield built
    await built.close()


@EACH_SCREEN
async def test_axe_finds_nothing_and_leaves_nothing_open(stage: Stage, name: str) -> None:
    """Violations and incomplete checks, but for the written artefacts."""
    for width in WIDTHS:
        await stage.show(name, width=width)
        assert without_artefacts("axe", await judges.axe(stage.page)) == [], width
        await stage.page.emulate_media(color_scheme="dark")
        assert without_artefacts("axe", await judges.axe(stage.page, only=COLOUR_RULES)) == [], (
            width,
            "dark",
        )


@EACH_SCREEN
async def test_the_ibm_checker_finds_nothing(stage: Stage, name: str) -> None:
    """Equal Access, of WCAG 2.2 and IBM's own requirements."""
    for width in WIDTHS:
        await stage.show(name, width=width)
        assert without_artefacts("ibm", await judges.ibm(stage.page)) == [], width


@EACH_SCREEN
async def test_html_codesniffer_finds_nothing(stage: Stage, name: str) -> None:
    """WCAG 2 AA."""
    for width in WIDTHS:
        await stage.show(name, width=width)
        assert without_artefacts("code sniffer", await judges.code_sniffer(stage.page)) == [], width


async def test_every_judge_is_awake(stage: Stage, gallery: Gallery, tmp_path: Path) -> None:
    """Of a page with faults each of them finds some."""
    shot = gallery.shots["log_in"]
    broken = shot.html.replace("</main>", f"{FAULTS}</main>")
    for judge, judged in (("axe", judges.axe), ("ibm", judges.ibm), ("code sniffer", judges.code_sniffer)):
        await stage.show(shot.name, html=broken)
        assert without_artefacts(judge, await judged(stage.page)), judge
    with_faults = replace(gallery, shots={shot.name: replace(shot, html=broken)})
    assert (await judges.nu(with_faults, tmp_path))[shot.name]
    said = await judges.html_validate(with_faults, tmp_path)
    assert without_artefacts("html-validate", said[shot.name])


async def test_the_nu_checker_finds_nothing(gallery: Gallery, tmp_path: Path) -> None:
    """Neither errors nor warnings."""
    found = await judges.nu(gallery, tmp_path)
    assert {name: said for name, said in found.items() if said} == {}


async def test_html_validate_finds_nothing(gallery: Gallery, tmp_path: Path) -> None:
    """By its recommended rules."""
    said = await judges.html_validate(gallery, tmp_path)
    found = {name: without_artefacts("html-validate", each) for name, each in said.items()}
    assert {name: each for name, each in found.items() if each} == {}
