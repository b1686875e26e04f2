"""A browser in which somebody logged in is known at the next log-in (X11)."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from support.scripted_services import SESSION, Answer, Browser, Services, StartPortal

from chassis.security.tokens import token_hash
from gateway.known_device import KNOWN_DEVICE
from gateway.portal import PORTAL
from messages.identity import LoggedOut, LogIn, LogOut, RefusalCode

HTTPS = "https://mypage.example.jp"


async def log_in(browser: Browser, services: Services, mark: str | None) -> Answer:
    """With a password that is right; identity gives that mark."""
    services.answer(LogIn, SESSION.model_copy(update={"device_mark": mark}))
    return await browser.post("/login", account_id="taro-01", password="Abcdef12")


def asked(services: Services) -> list[tuple[str, tuple[str, ...]]]:
    """Token hash and marks of each log-in that identity was asked for."""
    return [(each.device_token_hash, each.device_marks) for each in services.were_asked(LogIn)]


async def test_the_next_log_in_brings_token_and_mark(browser: Browser, services: Services) -> None:
    """Identity hears the token's hash alone; the same one each time."""
    await log_in(browser, services, "mark")
    await log_in(browser, services, "mark")
    [(first, none), (second, marks)] = asked(services)
    assert first == second
    assert (none, marks) == ((), ("mark",))


async def test_a_log_in_that_is_refused_makes_no_device_known(browser: Browser, services: Services) -> None:
    """Who guesses gets nothing to come back with."""
    services.refuse(LogIn, RefusalCode.TOO_MANY_LOGINS)
    await browser.post("/login", account_id="taro-01", password="Abcdef12")
    assert "device" not in browser.cookies()


async def test_a_log_out_leaves_the_device_known(browser: Browser, services: Services) -> None:
    """It logs nobody in."""
    await log_in(browser, services, "mark")
    services.answer(LogOut, LoggedOut())
    await browser.post("/logout")
    assert "device" in browser.cookies()


async def test_a_familys_computer_keeps_five_marks_the_newest_first(
    browser: Browser, services: Services
) -> None:
    """The sixth account displaces the one that came least lately."""
    for mark in ("a", "b", "c", "a", "d", "e", "f"):
        await log_in(browser, services, mark)
    await log_in(browser, services, None)
    assert asked(services)[-1][1] == ("f", "e", "d", "a", "c")


async def test_the_cookie_is_for_this_site_and_no_script_and_names_nobody(
    start_portal: StartPortal, services: Services
) -> None:
    """400 days; sealed, and with nothing of the customer in it."""
    browser = await start_portal(services.bus, public_url=HTTPS)
    services.answer(LogIn, SESSION.model_copy(update={"device_mark": "mark"}))
    cookie, token = browser.shown()
    body = f"account_id=taro-01&password=Abcdef12&form_token={token}".encode()
    answer = await browser.post_raw(
        "/login", body, {"Host": "mypage.example.jp", "Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
    )
    [line] = [line for line in answer.headers.getall("Set-Cookie") if "device" in line]
    assert line.startswith("__Host-device=")
    for flag in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/", f"Max-Age={400 * 86_400}"):
        assert flag in line
    assert "Domain" not in line
    kept = {each.key: each.value for each in SimpleCookie(line.partition(";")[0]).values()}
    portal = browser.client.server.app[PORTAL]  # type: ignore[attr-defined]
    device = portal.cookies.read(kept, KNOWN_DEVICE)
    [(told, _)] = asked(services)
    assert (token_hash(device.token), device.marks) == (told, ("mark",))
    assert set(type(device).model_fields) == {"token", "marks"}


@pytest.mark.parametrize("broken", ["", "nonsense", "AAAA"])
async def test_a_broken_cookie_is_a_device_that_nobody_knows(
    browser: Browser, services: Services, broken: str
) -> None:
    """And the log-in goes on."""
    browser.client.session.cookie_jar.update_cookies({"device": broken})
    assert (await log_in(browser, services, "mark")).headers["Location"] == "/menu"
    assert asked(services)[0][1] == ()


async def test_without_a_password_identity_is_asked_and_the_page_says_what_is_missing(
    browser: Browser, services: Services
) -> None:
    """So that it takes as long as a wrong one (X15); who waits is told to."""
    services.refuse(LogIn, RefusalCode.WRONG_CREDENTIALS)
    answer = await browser.post("/login", account_id="taro-01", password="")
    assert answer.status == 422
    assert "パスワードを入力してください。" in answer.text
    assert len(services.were_asked(LogIn)) == 1
    services.refuse(LogIn, RefusalCode.TOO_MANY_LOGINS)
    assert (
        "パスワードを入力してください。"
        not in (await browser.post("/login", account_id="taro-01", password="")).text
    )


async def test_without_an_id_nobody_is_asked(browser: Browser, services: Services) -> None:
    """Everybody who forgets it would share one limit."""
    answer = await browser.post("/login", account_id="", password="Abcdef12")
    assert answer.status == 422
    assert services.were_asked(LogIn) == []
