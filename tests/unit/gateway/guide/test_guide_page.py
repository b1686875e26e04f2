"""The guide is the manual, to the letter."""

from __future__ import annotations

import html
import re
import unicodedata
from pathlib import Path

import pytest
from support.scripted_services import Browser, Services, StartPortal

from messages.company import CompanyProfile

MANUAL = Path(__file__).with_name("manual.txt").read_text(encoding="utf-8")


def letters(text: str) -> str:
    """The text without widths, spaces, and the manual's round bullets, which are list items here."""
    return re.sub(r"[\s•]", "", unicodedata.normalize("NFKC", text))


def words(page: str) -> str:
    """What a reader sees of the page, in its order."""
    return letters(html.unescape(re.sub("<[^>]+>", "", page.partition("<main")[2])))


A_SLIP = "にお客様で任意の表示名"  # of the manual's pen: the sentence has no に in front
SENTENCES = [line.replace(A_SLIP, A_SLIP[1:]) for line in MANUAL.splitlines() if letters(line)]


@pytest.mark.parametrize("line", SENTENCES)
async def test_every_line_of_the_manual_stands_in_the_guide(browser: Browser, line: str) -> None:
    """T1 to T26: also the way from the company's own site, the sample of the number, and the footer."""
    assert letters(line) in words((await browser.get("/guide")).text)


async def test_the_lines_stand_in_the_manuals_order(browser: Browser) -> None:
    """Whoever compares it with the printed manual finds his place."""
    page = words((await browser.get("/guide")).text).partition(letters("お客様のご負担となります。"))[2]
    page = page.partition(letters("ログイン画面を開くマイページにログインするには"))[2]  # behind the contents
    found = 0
    for line in SENTENCES[SENTENCES.index("ログイン画面を開く") + 2 :]:
        found = page.find(letters(line), found)
        assert found >= 0, line


async def test_every_entry_of_the_contents_leads_to_its_heading(browser: Browser) -> None:
    """With the heading's own words."""
    page = (await browser.get("/guide")).text
    contents = page.partition('aria-labelledby="contents"')[2].partition("</nav>")[0]
    entries = re.findall('<a href="#([a-z0-9-]+)">([^<]+)</a>', contents)
    headings = re.findall('<h[23] id="([a-z0-9-]+)">([^<]+)</h', page)
    assert entries == [heading for heading in headings if heading[0] not in ("contents", "contact")]
    assert f'id="{re.findall("#(number-sample)", page)[0]}"' in page


async def test_the_login_screen_opens_in_a_window_of_its_own(browser: Browser) -> None:
    """T2."""
    page = (await browser.get("/guide")).text
    assert '[<a href="/login" target="_blank" rel="noopener">マイページ</a>]ボタンをクリックすると' in page


async def test_each_picture_has_a_text_and_its_own_size_and_is_there(browser: Browser) -> None:
    """G14: nothing moves when it comes."""
    pictures = re.findall(
        '<img src="(/static/guide/[^"]+)" width="([0-9]+)" height="([0-9]+)" loading="lazy" alt="([^"]+)"',
        (await browser.get("/guide")).text,
    )
    assert len(pictures) >= 7
    for address, width, height, text in pictures:
        async with browser.client.get(address) as answer:
            body = await answer.read()
        assert (answer.status, answer.content_type) == (200, "image/png")
        assert (int.from_bytes(body[16:20]), int.from_bytes(body[20:24])) == (int(width), int(height))
        assert len(text) > 10


async def test_another_companys_guide_shows_no_picture_of_this_one(
    start_portal: StartPortal, services: Services
) -> None:
    """Its name stands in them."""
    other = CompanyProfile(service_name="みほんネット マイページ")
    guide = await (await start_portal(services.bus, company=other)).get("/guide")
    assert "/static/guide/" not in guide.text
