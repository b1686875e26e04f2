"""Words that end in the midst of themselves because something is too narrow for them."""

from __future__ import annotations

from playwright.async_api import Page

_TORN = """() => {
    const words = /[A-Za-z]{2,14}|[0-9¥][0-9,-]{1,12}円?|[\\u30a1-\\u30fc]{2,6}/g;
    const linesOf = (node, from, to) => {
        const range = document.createRange();
        range.setStart(node, from);
        range.setEnd(node, to);
        return new Set([...range.getClientRects()].map((each) => Math.round(each.bottom))).size;
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const torn = [];
    while (walker.nextNode()) {
        const node = walker.currentNode, parent = node.parentElement;
        if (!parent.checkVisibility() || parent.closest("svg, script, .hidden-text, .skip")) continue;
        for (const word of node.data.matchAll(words))
            if (linesOf(node, word.index, word.index + word[0].length) > 1) torn.push(word[0]);
        const text = node.data.trim();
        const lines = linesOf(node, 0, node.length);
        if (lines > 2 && lines * 2 > text.length) torn.push(text);
    }
    const bottomOf = (node) => {
        const range = document.createRange();
        range.selectNode(node);
        return Math.round(range.getBoundingClientRect().bottom);
    };
    for (const { previousSibling, nextSibling, parentElement } of document.querySelectorAll("wbr"))
        if (bottomOf(previousSibling) !== bottomOf(nextSibling)) torn.push(parentElement.textContent);
    return torn;
}"""

LONGEST_VALUES = "step_3_longest_values"
"""The screen of what no line is long enough for."""


async def torn_words(page: Page) -> list[str]:
    """Words, numbers and amounts, each on more than one line, and texts that stand in a column of letters."""
    torn: list[str] = await page.evaluate(_TORN)
    return torn
