"""Every screen in English, in every state: nothing Japanese is left but what is marked as such."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pages import judges
from pages.artefacts import without_artefacts
from pages.catalogue import SCREENS
from pages.gallery import Gallery
from pages.markup import Element, read_markup
from pages.stage import Stage
from pages.torn_words import LONGEST_VALUES, torn_words
from playwright.async_api import Browser

from gateway.language import JAPANESE_TEXT

UNREAD = "headers_too_large"
"""Nobody has read the cookie that names the language."""
NAMES = [entry.name for entry in SCREENS.values() if entry.takes_cookies and entry.name != UNREAD]
EACH_SCREEN = pytest.mark.parametrize("name", NAMES)
SAID_BY_ATTRIBUTES = ("alt", "title", "aria-label", "content", "placeholder")
DIALOGS = re.compile("<dialog.*?</dialog>", re.DOTALL)
WIDTH = 320  # where English words are longest
LARGE_TEXT = "html { font-size: 200% !important }"
OVERFLOWS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
async def stage(chromium: Browser, gallery: Gallery) -> AsyncIterator[Stage]:
    """One browser page for all screens."""
    built = await Stage.build(chromium, gallery.in_english, checked=True)
    yield built
    await built.close()


def unmarked(element: Element) -> Iterator[str]:
    """Japanese that a reader of English would be read as English."""
    for part in element.parts:
        if isinstance(part, str):
            if JAPANESE_TEXT.search(part):
                yield part.strip()
        elif part["lang"] != "ja" and part.tag != "script":
            spoken = [part[name] for name in part.attributes if _is_said(name)]
            yield from (text for text in spoken if JAPANESE_TEXT.search(text))
            yield from unmarked(part)


def _is_said(attribute: str) -> bool:
    return attribute in SAID_BY_ATTRIBUTES or (attribute.startswith("data-") and attribute.endswith("-text"))


def test_every_screen_is_reached_in_english(gallery: Gallery) -> None:
    """By the same visits, with the English names of the buttons."""
    assert gallery.missed == {}
    assert sorted(gallery.english) == sorted([*NAMES, UNREAD])


@EACH_SCREEN
def test_nothing_japanese_is_left_but_what_is_marked(gallery: Gallery, name: str) -> None:
    """WCAG 3.1.1, 3.1.2: titles, texts, what is read aloud, and what the script says."""
    page = read_markup(gallery.english[name].html)
    (html,) = page.every("html")
    assert html["lang"] == "en"
    assert list(unmarked(page)) == [], "tests/english says what is missing"


@EACH_SCREEN
def test_it_is_the_same_screen(gallery: Gallery, name: str) -> None:
    """The same fields, buttons and places to go. Whether a dialog waits on it depends on how lately identity
    was asked.
    """
    japanese, english = (
        read_markup(DIALOGS.sub("", shots[name].html)) for shots in (gallery.shots, gallery.english)
    )
    for tag, attribute in (("a", "href"), ("input", "name"), ("button", "name"), ("form", "action")):
        of_both = [sorted(each[attribute] for each in page.every(tag)) for page in (japanese, english)]
        assert of_both[0] == of_both[1], tag


@EACH_SCREEN
async def test_judges_find_nothing_in_it(stage: Stage, name: str) -> None:
    """axe-core, at the width of a phone; no word is torn, and with 200 % none runs over (G11)."""
    await stage.show(name, width=WIDTH)
    assert name == LONGEST_VALUES or await torn_words(stage.page) == []
    assert without_artefacts("axe", await judges.axe(stage.page)) == []
    await stage.page.add_style_tag(content=LARGE_TEXT)
    assert not await stage.page.evaluate(OVERFLOWS)


async def test_the_nu_checker_finds_nothing(gallery: Gallery, tmp_path: Path) -> None:
    """It also compares `lang` with the words."""
    found = await judges.nu(gallery.in_english, tmp_path)
    assert {name: said for name, said in found.items() if said} == {}
