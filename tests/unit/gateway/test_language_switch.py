"""「English」 and 「日本語」 in the footer (G21)."""

from __future__ import annotations

import re

import pytest
from support.scripted_services import Browser, Services, StartPortal

from chassis.messaging.memory import MemoryBus
from messages.billing import BillNoticesStopped, ListCharges, StopBillNotices
from messages.identity import LogIn, RefusalCode
from messages.registration import CheckAccountId
from messages.topology import TOPOLOGY

ENGLISH = {"Cookie": "language=en"}
FORM = re.compile(
    r'<form method="post" action="/language" class="language" aria-label="[^"]+">(.*?)</form>', re.DOTALL
)
FIELD = re.compile(r'name="page" value="([^"]*)"')


def switch_of(page: str) -> str:
    """The one form that changes the language, in the footer."""
    (form,) = FORM.findall(page.partition("<footer")[2])
    assert len(FORM.findall(page)) == 1
    return str(form)


async def test_the_switch_leads_back_to_the_page_in_the_other_language(browser: Browser) -> None:
    """And the other way; the choice is remembered, and Japanese leaves nothing behind."""
    page = await browser.get("/register")
    assert 'value="en" lang="en">English</button>' in switch_of(page.text)
    answer = await browser.post("/language", page="/register", language="en")
    assert (answer.status, answer.headers["Location"]) == (303, "/register")
    page = await browser.get("/register")
    assert '<html lang="en">' in page.text
    assert "<h1>First-time registration (verification)</h1>" in page.text
    assert 'value="ja" lang="ja">日本語</button>' in switch_of(page.text)
    answer = await browser.post("/language", page="/register", language="ja")
    assert "language" not in browser.cookies()
    assert '<html lang="ja">' in (await browser.get("/register")).text


@pytest.mark.parametrize(
    ("public_url", "name", "secure"),
    [("https://mypage.example.jp", "__Host-language", True), ("http://127.0.0.1:8080", "language", False)],
)
async def test_the_cookie_is_kept_for_a_year_by_this_host_alone(
    start_portal: StartPortal, public_url: str, name: str, secure: bool
) -> None:
    """As the portal's others: not for scripts, nor for other sites' requests."""
    browser = await start_portal(MemoryBus(TOPOLOGY), public_url=public_url)
    host = {"Host": public_url.partition("//")[2], "Sec-Fetch-Site": "same-origin"}
    answer = await browser.post_raw("/language", b"page=/login&language=en", host)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{name}=en;")
    for said in ("HttpOnly", "Max-Age=31536000", "Path=/", "SameSite=Lax"):
        assert said in cookie
    assert ("Secure" in cookie) == secure
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    "page",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/login?next=https://evil.example",
        "/login#x",
        "/a//evil.example",
        "javascript:alert(1)",
        "/log\r\nSet-Cookie: a=b",
        "/%2f%2fevil.example",
        "/ログイン",
        "login",
        "",
        "/" + "x" * 300,
    ],
)
async def test_it_leads_to_pages_of_ours_alone(browser: Browser, page: str) -> None:
    """Whatever is sent as the page."""
    answer = await browser.post("/language", page=page, language="en")
    assert (answer.status, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("language", ["", "fr", "EN", "en-US", "ja\0"])
async def test_another_language_there_is_none(browser: Browser, language: str) -> None:
    """And none is remembered."""
    answer = await browser.post("/language", page="/login", language=language)
    assert answer.status == 400
    assert "language" not in browser.cookies()


@pytest.mark.parametrize("kept", ["", "fr", "EN", "ja", "x" * 3000])
async def test_a_cookie_that_names_no_language_is_japanese(browser: Browser, kept: str) -> None:
    """Whoever wrote it; and no browser's preference speaks for its owner."""
    page = await browser.get("/login", **{"Cookie": f"language={kept}", "Accept-Language": "en"})
    assert (page.status, '<html lang="ja">' in page.text) == (200, True)


async def test_what_opens_links_by_itself_changes_nothing(browser: Browser) -> None:
    """A browser that loads ahead, a scanner, another site's form."""
    assert (await browser.get("/language")).status == 405
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}
    assert (await browser.post_raw("/language", b"language=en", foreign)).status == 403
    assert "language" not in browser.cookies()


async def test_after_a_form_that_failed_it_leads_to_the_page_of_the_form(
    browser: Browser, services: Services
) -> None:
    """By GET, which sends nothing again."""
    services.refuse(LogIn, RefusalCode.TOO_MANY_LOGINS)
    for path, status, page in (
        ("/register", 422, "/register"),
        ("/login", 422, "/login"),
        ("/login/again", 303, None),
        ("/language", 400, "/"),
    ):
        answer = await browser.post(path, language="fr")
        assert answer.status == status
        if page:
            assert FIELD.findall(switch_of(answer.text)) == [page]


async def test_a_page_that_must_not_repeat_its_address_is_found_again_by_the_referrer(
    browser: Browser, services: Services
) -> None:
    """E1: an unknown address; the answer to a mail program has a token in its own."""
    services.answer(StopBillNotices, BillNoticesStopped())
    stopped = await browser.post("/stop/" + "x" * 43, **{"List-Unsubscribe": "One-Click"})
    unknown = await browser.get("/nothing-here")
    for page in (stopped, unknown):
        assert FIELD.findall(switch_of(page.text)) == []
    referrer = {"Sec-Fetch-Site": "same-origin", "Referer": "http://127.0.0.1:8080/nothing-here"}
    for given, back in (
        (referrer, "/nothing-here"),
        (referrer | {"Referer": "http://127.0.0.1:8080//evil.example"}, "/"),
        (referrer | {"Referer": "http://[x"}, "/"),
        (referrer | {"Referer": "android-app://x/login"}, "/"),
        ({"Sec-Fetch-Site": "same-origin"}, "/"),
    ):
        answer = await browser.post_raw("/language", b"language=en", given)
        assert (answer.status, answer.headers["Location"]) == (303, back)


async def test_the_page_behind_a_mails_link_stays_under_the_button(browser: Browser) -> None:
    """It is open to whoever has the link, who may read English."""
    path = "/stop/" + "x" * 43
    assert FIELD.findall(switch_of((await browser.get(path)).text)) == [path]
    answer = await browser.post("/language", page=path, language="en")
    assert answer.headers["Location"] == path
    assert "<h1>Stop notification emails</h1>" in (await browser.get(path)).text


@pytest.mark.parametrize("path", ["/guide", "/terms", "/privacy", "/external-transmission", "/accessibility"])
async def test_each_language_of_a_page_for_everybody_is_kept_for_itself(browser: Browser, path: str) -> None:
    """ADR 0042: by the cookie, of which caches know, and with a tag of its own."""
    japanese, english = await browser.get(path), await browser.get(path, **ENGLISH)
    assert ('<html lang="ja">' in japanese.text, '<html lang="en">' in english.text) == (True, True)
    assert japanese.headers["ETag"] != english.headers["ETag"]
    assert english.headers["Vary"] == "Accept-Encoding, Cookie"
    tag = {"If-None-Match": english.headers["ETag"]}
    assert (await browser.get(path, **tag)).status == 200
    assert (await browser.get(path, **tag, **ENGLISH)).status == 304
    assert (await browser.get(path)).text == japanese.text


async def test_what_went_wrong_is_told_in_the_language(browser: Browser, services: Services) -> None:
    """Errors of fields, refusals, pages for faults, and what the script is told."""
    await browser.post("/language", page="/", language="en")
    page = (await browser.post("/register", customer_number="x", phone_number="", holder_kana="A")).text
    assert (
        "<title>Error: First-time registration (verification) (1 of 6) | Aicom Koka My Page</title>" in page
    )
    assert '<a href="#customer_number">Enter the customer number in digits.</a>' in page
    assert "<span>Error: </span>Enter the phone number.</p>" in page
    assert "<h1>Page not found</h1>" in (await browser.get("/nothing-here")).text
    answer = await browser.post("/api/account-id", account_id="taro-01")
    assert "The next page could not be opened." in answer.text
    services.refuse(CheckAccountId, "x")
    services.refuse(LogIn, RefusalCode.TOO_MANY_LOGINS, retry_after_seconds=120)
    page = (await browser.post("/login", account_id="taro-01", password="x")).text
    assert "Wait a while, then try again. It should take about 2 minutes." in page


async def test_while_nobody_is_there_the_page_says_so_in_english(start_portal: StartPortal) -> None:
    """503, from the composition root's own handler of faults."""
    browser = await start_portal(MemoryBus(TOPOLOGY))
    await browser.post("/language", page="/", language="en")
    answer = await browser.post("/login", account_id="taro-01", password="x")
    assert answer.status == 503
    assert "<h1>The service is busy at the moment</h1>" in answer.text


async def test_two_who_ask_at_once_are_each_answered_in_their_language(
    logged_in: Browser, services: Services
) -> None:
    """One process answers both, and one connection one after the other."""
    services.says.pop(ListCharges, None)
    session = "; ".join(f"{name}={value}" for name, value in logged_in.cookies().items())
    for cookie, language in ((session, "ja"), (f"{session}; language=en", "en"), (session, "ja")):
        page = await logged_in.get("/menu", Cookie=cookie)
        assert f'<html lang="{language}">' in page.text
    assert "そら" in page.text


async def test_a_customers_name_is_marked_as_japanese(logged_in: Browser, services: Services) -> None:
    """And still escaped."""
    services.says.pop(ListCharges, None)
    await logged_in.post("/language", page="/menu", language="en")
    page = (await logged_in.get("/menu")).text
    assert '<span lang="ja">&lt;そら&gt;</span>' in page


async def test_logging_out_keeps_the_language(logged_in: Browser) -> None:
    """It says nothing of anybody, and the page that follows is read by the same person."""
    await logged_in.post("/language", page="/menu", language="en")
    await logged_in.post("/logout")
    page = (await logged_in.get("/login")).text
    assert "You have logged out." in page
