"""What stands round every page: origin, host, sizes, headers, error pages and the access line."""

from __future__ import annotations

import json
import secrets

import pytest
from support.captured_logs import capture_logs
from support.scripted_services import Browser, Services, StartPortal

from chassis.messaging.memory import MemoryBus
from messages.identity import LogIn, RefusalCode
from messages.topology import TOPOLOGY

FORM = b"account_id=taro-01&password=x"


async def test_a_page_comes_with_the_security_headers(browser: Browser) -> None:
    """Security headers; nothing of it may be cached."""
    page = await browser.get("/login")
    assert page.status == 200
    assert page.headers["Content-Security-Policy"].startswith(
        "default-src 'none'; script-src 'self'; style-src 'self'"
    )
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Server"] == "mypage"
    assert "Strict-Transport-Security" not in page.headers


@pytest.mark.parametrize(
    ("url", "proxies", "warned"),
    [
        ("https://mypage.example.jp", 0, True),
        ("https://mypage.example.jp", 1, False),
        ("http://127.0.0.1", 0, False),
    ],
)
async def test_https_without_a_trusted_proxy_is_an_error_in_the_log(
    url: str, proxies: int, warned: bool, start_portal: StartPortal, services: Services
) -> None:
    """All customers would share one bucket, the proxy's."""
    with capture_logs() as lines:
        await start_portal(services.bus, public_url=url, trusted_proxies=proxies)
    assert ("settings.no_trusted_proxy" in [line["event"] for line in lines]) == warned


async def test_over_https_browsers_are_told_to_stay_there(
    start_portal: StartPortal, services: Services
) -> None:
    """HSTS and upgrade-insecure-requests, and only then."""
    browser = await start_portal(services.bus, public_url="https://mypage.example.jp")
    page = await browser.get("/login", Host="mypage.example.jp")
    assert page.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert "upgrade-insecure-requests" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "host", ["evil.example", "mypage.example.jp.evil.example", "127.0.0.1", "mypage.example.jp:8443"]
)
async def test_a_foreign_host_is_refused(start_portal: StartPortal, services: Services, host: str) -> None:
    """X30. The log tells an operator what a proxy sent, and what it should have."""
    browser = await start_portal(services.bus, public_url="https://mypage.example.jp")
    with capture_logs() as lines:
        assert (await browser.get("/login", Host=host)).status == 400
    [line] = [line for line in lines if line["event"] == "request.foreign_host"]
    assert (line["got"], line["wanted"]) == (host, "mypage.example.jp")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "https://mypage.example.jp"},
        {"Origin": "http://mypage.example.jp"},
        {"Origin": "null", "Referer": "https://mypage.example.jp/login"},
        {"Referer": "https://evil.example/https://mypage.example.jp/login"},
        {"Referer": "https://mypage.example.jp.evil.example/login"},
        {"Referer": "https://mypage.example.jp@evil.example/login"},
        {"Referer": "http://mypage.example.jp/login"},
        {"Referer": "https://mypage.example.jp:8443/login"},
        {"Referer": "/login"},
        {"Referer": "https://[mypage.example.jp/login"},
        {"Sec-Fetch-Site": "cross-site", "Referer": "https://mypage.example.jp/login"},
    ],
)
async def test_a_form_from_elsewhere_is_refused_and_nothing_is_asked(
    start_portal: StartPortal, services: Services, headers: dict[str, str]
) -> None:
    """X31: no other site, no sibling domain, no downgraded page."""
    browser = await start_portal(services.bus, public_url="https://mypage.example.jp")
    answer = await browser.post_own("/login", FORM, {"Host": "mypage.example.jp", **headers})
    assert answer.status == 403
    assert "taro-01" not in answer.text
    assert services.asked == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Origin": "https://mypage.example.jp"},
        {"Referer": "https://mypage.example.jp/login"},
        {"Referer": "https://mypage.example.jp"},
        {"Referer": "https://MYPAGE.example.jp/login?x=1"},
    ],
)
async def test_our_own_form_is_accepted_from_new_and_old_browsers(
    start_portal: StartPortal, services: Services, headers: dict[str, str]
) -> None:
    """Any of the three headers suffices; a text browser sends but the last one."""
    services.refuse(LogIn, RefusalCode.TOO_MANY_LOGINS)
    browser = await start_portal(services.bus, public_url="https://mypage.example.jp")
    assert (await browser.post_own("/login", FORM, {"Host": "mypage.example.jp", **headers})).status == 422


@pytest.mark.parametrize("body", [b"account_id=%FF", b"&".join(b"a=1" for _ in range(1000))])
async def test_an_unreadable_form_is_answered_400(browser: Browser, body: bytes) -> None:
    """X45: never 500."""
    assert (await browser.post_raw("/login", body, {"Sec-Fetch-Site": "same-origin"})).status == 400


async def test_a_form_of_another_kind_is_answered_400(browser: Browser) -> None:
    """We have no uploads."""
    answer = await browser.post_raw(
        "/login", b"{}", {"Sec-Fetch-Site": "same-origin"}, content_type="application/json"
    )
    assert answer.status == 400


async def test_a_body_beyond_64_kib_is_answered_413(browser: Browser) -> None:
    """X15, X45: a password of a megabyte goes nowhere."""
    answer = await browser.post_raw("/login", b"password=" + b"x" * 70_000, {"Sec-Fetch-Site": "same-origin"})
    assert answer.status == 413
    assert "入力が長すぎます" in answer.text


@pytest.mark.parametrize(
    "path", ["/nothing", "/static/nothing.css", "/static/..%2fapp.py", "/charges/2026-10/lines"]
)
async def test_an_unknown_address_is_answered_with_our_own_404(browser: Browser, path: str) -> None:
    """E1: header, footer, telephone, and nothing of the path."""
    page = await browser.get(path)
    assert page.status == 404
    assert "TEL 0748-66-0739" in page.text
    assert path not in page.text


async def test_while_nobody_is_there_the_page_says_so_with_the_id_of_the_log(
    start_portal: StartPortal,
) -> None:
    """E1, E2: 503, when to come back, and a 受付番号 equal to the log's request_id."""
    browser = await start_portal(MemoryBus(TOPOLOGY))
    with capture_logs() as lines:
        answer = await browser.post("/login", account_id="taro-01", password="x")
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    served = next(line for line in lines if line["event"] == "request.served")
    assert served["request_id"] == answer.headers["X-Request-ID"]
    assert served["request_id"] in answer.text


async def test_pages_that_need_no_service_work_while_nobody_is_there(start_portal: StartPortal) -> None:
    """Login screen, guide and step 1 are always shown."""
    browser = await start_portal(MemoryBus(TOPOLOGY))
    assert [
        (await browser.get(path)).status for path in ("/login", "/guide", "/register", "/robots.txt")
    ] == [200] * 4


async def test_fetch_gets_its_errors_as_json(start_portal: StartPortal) -> None:
    """E1."""
    browser = await start_portal(MemoryBus(TOPOLOGY))
    answer = await browser.post_raw(
        "/api/account-id", b"account_id=taro-01", {"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status == 403
    assert json.loads(answer.text)["text"]


async def test_an_activation_token_reaches_neither_the_next_address_nor_the_log(browser: Browser) -> None:
    """S5-1, X22: the token moves into a cookie, unreadable."""
    token = secrets.token_urlsafe(32)
    with capture_logs() as lines:
        answer = await browser.get(f"/activate/{token}")
    assert (answer.status, answer.headers["Location"]) == (303, "/activate")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert token not in f"{lines} {browser.cookies()}"
    assert [line["route"] for line in lines] == ["/activate/{token}"]


async def test_a_static_file_is_kept_for_ever_only_under_its_versioned_address(browser: Browser) -> None:
    """A new release has a new address."""
    page = await browser.get("/login")
    address = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
    assert "immutable" in (await browser.get(address)).headers["Cache-Control"]
    assert (await browser.get("/static/style.css")).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("accepted", ["gzip", "identity", "br", "gzip;q=0, deflate;q=0", "deflate, gzip"])
async def test_a_static_file_tells_caches_that_browsers_get_it_in_several_forms(
    browser: Browser, accepted: str
) -> None:
    """One that stores the compressed form gives it to nobody who cannot read it; nor do we."""
    async with browser.client.session.get(
        browser.client.make_url("/static/style.css"),
        headers={"Accept-Encoding": accepted},
        auto_decompress=False,
    ) as answer:
        assert answer.headers["Vary"] == "Accept-Encoding"
        coding = answer.headers.get("Content-Encoding", "identity")
    assert coding == ("gzip" if accepted in ("gzip", "deflate, gzip") else "identity")


async def test_a_whole_page_weighs_less_than_50_kilobytes(browser: Browser) -> None:
    """G14: HTML, style sheet, script and logo together, even uncompressed."""
    paths = ("/register", "/static/style.css", "/static/app.js", "/static/logo.svg")
    assert sum([len((await browser.get(path)).text.encode()) for path in paths]) < 50_000
