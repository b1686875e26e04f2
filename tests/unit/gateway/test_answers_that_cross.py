"""A browser gets another token while pages that it asked for with the old one are still on their way."""

from __future__ import annotations

from aiohttp import ClientSession, DummyCookieJar
from support.own_forms import form_token_in
from support.scripted_services import SESSION, Browser, Services

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import token_hash
from messages.identity import LogIn, RefusalCode, SessionShown, ShowSession


async def answered_late(browser: Browser, path: str, token: str) -> dict[str, str]:
    """A page that was asked for with that token, whose cookies the browser takes in now."""
    url = browser.client.make_url(path)
    async with (
        ClientSession(cookie_jar=DummyCookieJar()) as client,
        client.get(url, headers={"Cookie": f"sid={token}"}, allow_redirects=False) as answer,
    ):
        browser.client.session.cookie_jar.update_cookies(answer.cookies, browser.client.make_url("/"))
        return {"location": answer.headers["Location"]}


async def test_what_is_said_of_the_old_token_takes_no_newer_one_away(
    logged_in: Browser, services: Services
) -> None:
    """The browser is led to the log-in by that answer, and from there to its page."""
    old = logged_in.cookies()["sid"]
    await logged_in.post("/login", account_id="taro-01", password="x")
    new = logged_in.cookies()["sid"]

    def show(query: ShowSession) -> SessionShown:
        if query.session_token_hash != token_hash(new):
            raise Refusal(RefusalCode.SESSION_ENDED)
        return SESSION

    services.says[ShowSession] = show
    assert (await answered_late(logged_in, "/settings/nickname", old))["location"] == "/login"
    assert logged_in.cookies()["sid"] == new
    answer = await logged_in.get("/login")
    assert (answer.status, answer.headers["Location"]) == (303, "/settings/nickname")
    page = await logged_in.get("/settings/nickname")
    assert page.status == 200
    assert "もう一度ログイン" not in page.text


async def test_the_log_in_takes_a_token_away_that_is_dead(logged_in: Browser, services: Services) -> None:
    """Its form is a stranger's from then on, and works at the first press."""
    services.refuse(ShowSession, RefusalCode.SESSION_ENDED)
    assert (await logged_in.get("/menu")).headers["Location"] == "/login"
    page = await logged_in.get("/login")
    assert page.status == 200
    assert "sid" not in logged_in.cookies()
    services.answer(LogIn, SESSION)
    fields = {"account_id": "taro-01", "password": "x", "form_token": form_token_in(page.text)}
    assert (await logged_in.post("/login", **fields)).headers["Location"] == "/menu"


async def test_a_customer_may_still_open_the_log_in(logged_in: Browser) -> None:
    """Another account of the family, perhaps: nobody told him that his session is over."""
    assert (await logged_in.get("/login")).status == 200
    assert "sid" in logged_in.cookies()
