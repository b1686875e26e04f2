"""What a browser makes of each screen: nothing wider than the window, nothing too small to hit, nothing that
moves, nothing heavy, nothing from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pages.gallery import Gallery
from pages.stage import Stage
from pages.torn_words import LONGEST_VALUES, torn_words
from playwright.async_api import Browser

LARGE_TEXT = "html { font-size: 200% !important }"
SPACED_TEXT = """
    * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-bottom: 2em !important }"""  # WCAG 2.2, 1.4.12
ADD_STYLE = """(text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [sheet];
}"""
TOO_WIDE = """() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    return [...document.body.querySelectorAll("*")]
        .filter((each) => each.getBoundingClientRect().right > room + 0.5 && each.childElementCount === 0)
        .map((each) => each.outerHTML.slice(0, 120));
}"""
TARGETS = """() => {
    const inText = (each) => getComputedStyle(each).display === "inline" && each.tagName === "A";
    return [...document.querySelectorAll("a[href], button, input, summary, select")]
        .filter((each) => each.checkVisibility() && each.type !== "hidden" && !inText(each))
        .filter((each) => !each.closest("[aria-hidden=true]") && !each.classList.contains("skip"))
        .map((each) => ({ box: (each.closest(".choice label, .choice") ?? each).getBoundingClientRect(),
            kind: each.matches("input") ? "input" :
            each.matches("main .button.main, main button.main") ? "main button" : "target",
            font: parseFloat(getComputedStyle(each).fontSize), html: each.outerHTML.slice(0, 120) }));
}"""
TEXT_SIZES = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        const said = walker.currentNode.data.trim();
        if (said && parent.checkVisibility() && !parent.closest("svg, .hidden-text"))
            found.push([parseFloat(getComputedStyle(parent).fontSize), said.slice(0, 40)]);
    }
    return found;
}"""
TAB_STOP = """() => {
    const [each, style] = [document.activeElement, getComputedStyle(document.activeElement)];
    const number = [...document.querySelectorAll("*")].indexOf(each);
    return [each === document.body ? null : `${number} ${each.outerHTML.slice(0, 120)}`,
            style.outlineStyle, parseFloat(style.outlineWidth)];
}"""
SHIFTS = """() => new Promise((done) => {
    const observer = new PerformanceObserver(() => {});
    observer.observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() =>
        done(observer.takeRecords().reduce((sum, shift) => sum + shift.value, 0))));
})"""
LOADED = """() => {
    const later = [...document.querySelectorAll("img[loading=lazy]")].map((each) => each.src);
    return performance.getEntriesByType("resource").map((each) => each.name)
        .filter((name) => !later.includes(name));
}"""  # pictures that come when a reader gets there are no part of the page's own weight
HEIGHTS = {"target": 44, "input": 48, "main button": 56}
"""G12, in CSS pixels. Links in the midst of a sentence are as high as their line."""
PAGE_BYTES, SCRIPT_BYTES, REQUESTS = 50_000, 4_000, 4
OF_ONE_LINE = 150
"""Bytes that a page may weigh more for each row of its tables beyond those of a sheet of paper."""
SHEET = 60


@pytest.fixture(scope="module")
async def stage(chromium: Browser, gallery: Gallery) -> AsyncIterator[Stage]:
    """One browser page for all screens."""
    built = await Stage.build(chromium, gallery)
    yield built
    await built.close()


async def test_nothing_moves_and_nothing_comes_from_elsewhere(stage: Stage, name: str) -> None:
    """G14: no layout shift; G13: no request but the page's own, and none of its files is missing."""
    for width in (320, 1280):
        stage.strays.clear()
        await stage.show(name, width=width, anew=True)
        assert await stage.page.evaluate(SHIFTS) == 0, width
        assert stage.strays == []


async def test_no_page_scrolls_sideways(stage: Stage, name: str) -> None:
    """G11: at 320 px as it is, with text twice as large, and with text spaced out."""
    await stage.show(name, width=320)
    for style in ("", LARGE_TEXT, SPACED_TEXT):
        await stage.page.evaluate(ADD_STYLE, style)
        assert await stage.page.evaluate(TOO_WIDE) == [], style


async def test_no_word_is_torn(stage: Stage, name: str) -> None:
    """Nor a number or an amount, where letters have their usual size."""
    for width in (320, 1280):
        await stage.show(name, width=width)
        assert name == LONGEST_VALUES or await torn_words(stage.page) == [], width


async def test_every_target_can_be_hit(stage: Stage, name: str) -> None:
    """G12: at least 44 by 44 px, inputs 48 and main buttons 56 px high, and no text that a phone enlarges."""
    for width in (320, 1280):
        await stage.show(name, width=width)
        targets: list[dict[str, Any]] = await stage.page.evaluate(TARGETS)
        assert targets
        assert [
            each["html"]
            for each in targets
            if each["box"]["height"] < HEIGHTS[each["kind"]] or each["box"]["width"] < HEIGHTS["target"]
        ] == [], width
        assert [each["html"] for each in targets if each["font"] < 16] == [], width


async def test_no_text_is_small(stage: Stage, name: str) -> None:
    """G12: at least 16 px."""
    await stage.show(name, width=320)
    sizes: list[tuple[float, str]] = await stage.page.evaluate(TEXT_SIZES)
    assert sizes
    assert [text for size, text in sizes if size < 16] == []


async def test_every_page_is_light(stage: Stage, gallery: Gallery, name: str) -> None:
    """G14: HTML, style sheet and script on the wire, and the number of requests."""
    shot = await stage.show(name)
    loaded = {shot.url, *await stage.page.evaluate(LOADED)}
    files = {path: file for path, file in gallery.files.items() if any(url.endswith(path) for url in loaded)}
    weight = sum(file.wire_bytes for path, file in files.items() if ".svg" not in path and ".png" not in path)
    script = sum(file.wire_bytes for path, file in files.items() if ".js" in path)
    rows = max(0, shot.html.count("<tr") - SHEET)
    assert shot.wire_bytes + weight <= PAGE_BYTES + rows * OF_ONE_LINE
    assert script <= SCRIPT_BYTES
    assert len(loaded) <= REQUESTS, loaded


@pytest.mark.parametrize("name", ["statement", "statement_of_25_lines", "statement_without_lines"])
async def test_what_a_customer_files_prints_on_one_page(stage: Stage, name: str) -> None:
    """B7."""
    await stage.show(name)
    await stage.page.emulate_media(media="print")
    paper = await stage.page.pdf(format="A4")
    assert len(re.findall(rb"/Type /Page\b", paper)) == 1


async def test_the_focus_is_seen_wherever_it_goes(stage: Stage, name: str) -> None:
    """G10: each Tab stop is outlined by 4 px; G1: the first one leads to the content."""
    await stage.show(name)
    seen: list[str] = []
    await stage.page.evaluate("document.activeElement.blur()")
    while True:
        await stage.page.keyboard.press("Tab")
        stop, outline, width = await stage.page.evaluate(TAB_STOP)
        if stop is None or stop in seen:
            break
        seen.append(stop)
        assert (outline, width) >= ("solid", 4), stop
    assert len(seen) > 2
    assert "本文へ移動" in seen[0] or await stage.page.locator("#error-summary").count()
