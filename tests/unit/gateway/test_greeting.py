"""Tabs, nickname and log-out on every page of a customer, and what that costs."""

from __future__ import annotations

import asyncio
import re

import pytest
from support.scripted_services import Browser, Services

from gateway.texts.frame import TABS, section_of
from messages.identity import RefusalCode, ShowSession

OPEN_PAGES = ["/guide", "/nothing-here", "/login", "/register", "/register/already", "/cookies/menu"]
NICKNAME = "&lt;そら&gt; 様"
LOG_OUT = 'action="/logout"'


def tabs(page: str) -> list[str]:
    """The addresses of the tab row, in order."""
    row = page.partition('<nav class="tabs"')[2].partition("</nav>")[0]
    return re.findall('<a href="([^"]+)"', row)


def current(page: str) -> list[str]:
    """The links that are marked as the page that is open."""
    return re.findall('href="([^"]+)" aria-current="page"', page)


async def hang(_: object) -> None:
    """No answer ever comes."""
    await asyncio.Event().wait()


@pytest.fixture
async def customer(logged_in: Browser) -> Browser:
    """Logged in; nobody has asked about his session yet. His browser refuses the trial cookie."""
    logged_in.client.session.cookie_jar.clear(lambda cookie: cookie.key == "trial")
    return logged_in


@pytest.mark.parametrize("path", OPEN_PAGES)
async def test_a_customer_finds_his_tabs_and_his_name_on_pages_for_everybody(
    customer: Browser, path: str
) -> None:
    """The guide, what is not there, and the pages of strangers."""
    page = await customer.get(path)
    assert tabs(page.text) == [address for address, _ in TABS]
    assert NICKNAME in page.text
    assert LOG_OUT in page.text


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/menu", ["/menu"]),
        ("/guide", ["/guide"]),
        ("/charges", ["/charges"]),
        ("/charges/2026-10", ["/charges"]),
        ("/settings/nothing", ["/settings"]),
        ("/nothing-here", []),
        ("/menus", []),
        ("/login", []),
    ],
)
async def test_the_link_to_where_one_is_is_marked(customer: Browser, path: str, marked: list[str]) -> None:
    """What lies below a tab belongs to it; 503 and 404 are no exception."""
    assert current((await customer.get(path)).text) == marked


@pytest.mark.parametrize("path", ["", "*", "/", "//", "/menu//", "menu", "/charges%2f", "/MENU"])
def test_a_strange_address_belongs_to_a_tab_or_to_none(path: str) -> None:
    """Nothing that somebody types is an error, and only our own addresses come out."""
    assert section_of(path) in ("", "/menu")


@pytest.mark.parametrize("path", OPEN_PAGES)
async def test_a_page_for_everybody_costs_no_question_for_a_stranger(
    browser: Browser, services: Services, path: str
) -> None:
    """Nor is he shown tabs that he cannot use."""
    page = await browser.get(path)
    assert (tabs(page.text), services.asked) == ([], [])


async def test_one_question_is_enough_for_many_pages(customer: Browser, services: Services) -> None:
    """What identity said is remembered for a while."""
    for path in (*OPEN_PAGES, "/menu"):
        await customer.get(path)
    assert len(services.were_asked(ShowSession)) == 1


@pytest.mark.parametrize("path", ["/static/style.css", "/static/nothing", "/robots.txt"])
async def test_files_ask_nobody(customer: Browser, services: Services, path: str) -> None:
    """They have no header to be filled."""
    services.asked.clear()
    await customer.get(path)
    assert services.asked == []


async def test_a_page_behind_the_login_asks_once_for_itself(customer: Browser, services: Services) -> None:
    """Also where the answer is no: nobody asks twice for one page."""
    services.refuse(ShowSession, RefusalCode.SESSION_ENDED)
    assert (await customer.get("/menu")).headers["Location"] == "/login"
    assert len(services.were_asked(ShowSession)) == 1


@pytest.mark.parametrize("path", OPEN_PAGES)
async def test_while_identity_is_away_the_tabs_stay_without_a_name(
    customer: Browser, services: Services, path: str
) -> None:
    """The page itself needs nobody."""
    services.says.clear()
    page = await customer.get(path)
    assert page.status in (200, 404)
    assert tabs(page.text) == [address for address, _ in TABS]
    assert "様</p>" not in page.text


async def test_the_name_is_not_waited_for_long(
    customer: Browser, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An identity that hangs makes the guide late by that, and no more."""
    monkeypatch.setattr("gateway.greeting._WAITS", 0.05)
    monkeypatch.setattr(services, "_reply", hang)
    async with asyncio.timeout(3):
        page = await customer.get("/guide")
    assert tabs(page.text) == [address for address, _ in TABS]


@pytest.mark.parametrize("path", OPEN_PAGES)
async def test_whose_session_is_over_sees_what_strangers_see(
    customer: Browser, services: Services, path: str
) -> None:
    """X33: no name and no tabs of somebody who is not there any more, and no browser keeps that page."""
    services.refuse(ShowSession, RefusalCode.SESSION_ENDED)
    page = await customer.get(path)
    assert (tabs(page.text), LOG_OUT in page.text, NICKNAME in page.text) == ([], False, False)
    assert page.headers["Cache-Control"] == "no-store"
