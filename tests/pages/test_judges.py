"""Others find nothing to object to on any screen, in any state, at two widths, light and dark."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pages import judges
from pages.artefacts import without_artefacts
from pages.gallery import Gallery
from pages.stage import Stage
from playwright.async_api import Browser

WIDTHS = (320, 1280)
FAULTS = '<img src="/static/none.svg"><input type="text"><table role="table"><tr role="row"></table>'
Judge = Callable[[Stage, str], Awaitable[dict[str, list[str]]]]
Found = Callable[[str, Judge], Awaitable[dict[str, list[str]]]]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]  # all that dark can change


@pytest.fixture(scope="module")
async def stage(chromium: Browser, gallery: Gallery) -> AsyncIterator[Stage]:
    """One browser page for all screens."""
    built = await Stage.build(chromium, gallery, checked=True)
    yield built
    await built.close()


@pytest.fixture(scope="module")
def found(stage: Stage, gallery: Gallery) -> Found:
    """What a judge says of a screen, by width and scheme. Of screens that look the same one is judged."""
    said: dict[tuple[str, Judge], dict[str, list[str]]] = {}

    async def find(name: str, judge: Judge) -> dict[str, list[str]]:
        key = gallery.shots[name].look, judge
        if key not in said:
            said[key] = await judge(stage, name)
        return said[key]

    return find


async def by_axe(stage: Stage, name: str) -> dict[str, list[str]]:
    """Everything in the light, and in the dark all that it can change."""
    said = {}
    for width in WIDTHS:
        await stage.show(name, width=width)
        said[f"{width}"] = without_artefacts("axe", await judges.axe(stage.page))
        await stage.page.emulate_media(color_scheme="dark")
        in_the_dark = await judges.axe(stage.page, only=COLOUR_RULES)
        said[f"{width}, dark"] = without_artefacts("axe", in_the_dark)
    return said


async def by_ibm(stage: Stage, name: str) -> dict[str, list[str]]:
    """At each width."""
    said = {}
    for width in WIDTHS:
        await stage.show(name, width=width)
        said[f"{width}"] = without_artefacts("ibm", await judges.ibm(stage.page))
    return said


async def by_code_sniffer(stage: Stage, name: str) -> dict[str, list[str]]:
    """At each width."""
    said = {}
    for width in WIDTHS:
        await stage.show(name, width=width)
        said[f"{width}"] = without_artefacts("code sniffer", await judges.code_sniffer(stage.page))
    return said


def nothing(said: dict[str, list[str]]) -> bool:
    """Whether no width and no scheme has a finding; a failure shows those that have."""
    assert {how: each for how, each in said.items() if each} == {}
    return len(said) >= len(WIDTHS)


async def test_axe_finds_nothing_and_leaves_nothing_open(found: Found, name: str) -> None:
    """Violations and incomplete checks, but for the written artefacts."""
    assert nothing(await found(name, by_axe))


async def test_the_ibm_checker_finds_nothing(found: Found, name: str) -> None:
    """Equal Access, of WCAG 2.2 and IBM's own requirements."""
    assert nothing(await found(name, by_ibm))


async def test_html_codesniffer_finds_nothing(found: Found, name: str) -> None:
    """WCAG 2 AA."""
    assert nothing(await found(name, by_code_sniffer))


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
