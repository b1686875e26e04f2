"""A page behind the login that was asked for without a session comes after the log-in."""

from __future__ import annotations

import pytest
from support.scripted_services import SESSION, Browser, Services

from messages.identity import LogIn, ShowSession
from messages.identity import RefusalCode as Identity


@pytest.mark.parametrize(
    "path", ["/charges", "/charges/2026-10", "/charges/2019-01", "/menu", "/charges/nonsense"]
)
async def test_the_page_that_was_asked_for_comes_after_the_log_in(
    browser: Browser, services: Services, path: str
) -> None:
    """A bookmark, or the link of a friend: whatever it was, it leads there."""
    services.answer(LogIn, SESSION)
    await browser.get(path)
    assert (await browser.post("/login", account_id="taro-01", password="x")).headers["Location"] == path


async def test_a_session_that_ended_goes_on_where_it_was(logged_in: Browser, services: Services) -> None:
    """G18."""
    services.refuse(ShowSession, Identity.SESSION_ENDED)
    await logged_in.get("/charges/2026-10")
    answer = await logged_in.post("/login", account_id="taro-01", password="x")
    assert answer.headers["Location"] == "/charges/2026-10"


@pytest.mark.parametrize(
    "path",
    [
        "/charges//evil.example",
        "/charges/..%2F..%2Fevil",
        "/charges/%2F%2Fevil.example",
        "/charges/a%0d%0aSet-Cookie:%20x=1",
        "/charges/%E6%96%99%E9%87%91",
        "/charges/@evil.example",
        "/charges/https:%2F%2Fevil.example",
        "/charges/2026-10?next=https://evil.example",
        "/charges?next=//evil.example",
        "/login?next=/charges",
        "/guide",
        "/static/style.css",
        "/register/done",
        "/charges/\\evil.example",
    ],
)
async def test_no_address_leads_anywhere_but_to_a_page_behind_the_login(
    browser: Browser, services: Services, path: str
) -> None:
    """No open redirect, no header of somebody else's."""
    services.answer(LogIn, SESSION)
    await browser.get(path)
    answer = await browser.post("/login", account_id="taro-01", password="x")
    assert answer.status == 303
    to = answer.headers["Location"]
    assert to == "/menu" or to.startswith("/charges")
    assert not {"//", "\\", "?", ":", "\n"} & {*to, to[:2]}
    assert (await browser.get(to)).status != 500


async def test_it_is_led_there_once_and_the_next_visitor_is_not(browser: Browser, services: Services) -> None:
    """X32: what somebody looked at is nobody else's."""
    services.answer(LogIn, SESSION)
    await browser.get("/charges/2026-10")
    await browser.post("/login", account_id="taro-01", password="x")
    await browser.post("/logout")
    assert (await browser.post("/login", account_id="jiro-02", password="x")).headers["Location"] == "/menu"


async def test_each_tab_comes_back_to_its_own_page(browser: Browser, services: Services) -> None:
    """The links of two mails, opened in two tabs one after the other: in whichever tab the customer logs in,
    also after a wrong password, he finds what that one asked for.
    """
    services.answer(LogIn, SESSION)
    services.answer(ShowSession, SESSION)
    forms = {}
    for month in ("2026-09", "2026-10"):
        await browser.get(f"/charges/{month}")
        forms[month] = (await browser.get("/login")).text
    services.refuse(LogIn, Identity.WRONG_CREDENTIALS)
    wrong = await browser.post("/login", account_id="taro-01", password="y", wanted="/charges/2026-09")
    assert 'name="wanted" value="/charges/2026-09"' in wrong.text
    services.answer(LogIn, SESSION)
    for month, form in forms.items():
        assert f'name="wanted" value="/charges/{month}"' in form
        answer = await browser.post("/login", account_id="taro-01", password="x", wanted=f"/charges/{month}")
        assert answer.headers["Location"] == f"/charges/{month}"


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/charges?x=1",
        "/a\r\nX: y",
        "charges",
        "/",
    ],
)
async def test_a_form_leads_nowhere_else(browser: Browser, services: Services, wanted: str) -> None:
    """X39: whatever stands in its field."""
    services.answer(LogIn, SESSION)
    answer = await browser.post("/login", account_id="taro-01", password="x", wanted=wanted)
    assert answer.headers["Location"] == "/menu"
