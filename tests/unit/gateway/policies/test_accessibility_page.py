"""アクセシビリティ方針 names the checkers that this repository runs, and promises no more than was tried."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from re import findall

from support.scripted_services import Browser

JUDGES = Path(__file__).parents[3] / "pages" / "checkers" / "package.json"
NAMES = {
    "axe-core": "axe-core",
    "accessibility-checker-engine": "IBM Equal Access Accessibility Checker",
    "html_codesniffer": "HTML_CodeSniffer",
    "vnu-jar": "Nu Html Checker",
    "html-validate": "html-validate",
}
"""How the page calls them; of textlint, which reads words, it says nothing."""
NO_TESTS = {"lighthouse"}
"""Gives marks in `make bench`, and looks with axe-core."""


async def test_the_page_names_every_checker_that_judges_the_pages(browser: Browser) -> None:
    """E4: one that is taken out of tests/pages, or put in, changes the page."""
    installed = json.loads(JUDGES.read_text(encoding="utf-8"))["devDependencies"]
    assert {each for each in installed if "textlint" not in each} - NO_TESTS == NAMES.keys()
    page = (await browser.get("/accessibility")).text
    assert f"{'、'.join(NAMES.values())}の{len(NAMES)}つで" in page


async def test_the_page_says_what_is_aimed_at_when_it_was_tried_and_what_is_left(browser: Browser) -> None:
    """E4: 「配慮」 is the word for a goal whose every criterion nobody has tested."""
    page = (await browser.get("/accessibility")).text
    assert "JIS X 8341-3:2016「" in page
    assert "WCAG）2.2の適合レベルAA" in page
    assert "<strong>配慮</strong>しています" in page
    assert "準拠しています" not in page
    ((tried_on, words),) = findall('<time datetime="([^"]+)">([^<]+)</time>の試験', page)
    day = date.fromisoformat(tried_on)
    assert words == f"{day.year}年{day.month}月{day.day}日"
    assert "わかっている課題" in page
    assert "まだ行っていません" in page
