"""The ways to write where a request comes from and where it goes: the same place is the same, no other is."""

from __future__ import annotations

import pytest
from support.captured_logs import capture_logs
from support.scripted_services import Services, StartPortal

from chassis.process.few_lines import FewLines
from chassis.process.metrics import FOREIGN_HOSTS, FOREIGN_ORIGINS
from chassis.web.origin_guard import NO_FIT_TOLD_AFTER
from messages.identity import LogIn, RefusalCode

FORM = b"account_id=taro-01&password=x"
OURS = "https://mypage.example.jp"


@pytest.mark.parametrize(
    ("public_url", "host"),
    [
        (OURS, "mypage.example.jp"),
        (OURS, "MyPage.Example.JP"),
        (OURS, "mypage.example.jp:443"),
        (OURS, "mypage.example.jp:"),
        (OURS, "mypage.example.jp."),
        (OURS, "mypage.example.jp.:443"),
        (f"{OURS}:443", "mypage.example.jp"),
        (f"{OURS}:8443", "mypage.example.jp:8443"),
        ("http://mypage.example.jp", "mypage.example.jp:80"),
        ("https://[2001:db8::1]", "[2001:DB8::1]"),
        ("https://[2001:db8::1]:8443", "[2001:db8::1]:8443"),
        ("http://127.0.0.1:8080", "localhost:9090"),
        ("http://localhost:8080", "[::1]:8080"),
    ],
)
async def test_our_host_is_known_however_it_is_written(
    start_portal: StartPortal, services: Services, public_url: str, host: str
) -> None:
    """N5: case, the port that goes without saying, and the dot of a whole name make no other host."""
    browser = await start_portal(services.bus, public_url=public_url)
    assert (await browser.get("/login", Host=host)).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "mypage.example.jp:80",
        "mypage.example.jp:8443",
        "mypage.example.jp:https",
        "mypage.example.jp:99999",
        "mypage.example.jp..",
        "user@mypage.example.jp",
        "mypage.example.jp@evil.example",
        "mypage.example.jp/evil.example",
        "mypage.example.jp?",
        "mypage.example.jp#",
        "mypage.example.jp\\evil.example",
        "mypage.example.jp, evil.example",
        "[mypage.example.jp",
        "[2001:db8::1]",
        "localhost",
        "",
    ],
)
async def test_no_other_host_is_taken_for_ours(
    start_portal: StartPortal, services: Services, host: str
) -> None:
    """X30: another port is another site, and what is no host is nobody's."""
    browser = await start_portal(services.bus, public_url=OURS)
    assert (await browser.get("/login", Host=host)).status == 400


@pytest.mark.parametrize(
    ("public_url", "host", "headers"),
    [
        (OURS, "mypage.example.jp", {"Origin": OURS.upper()}),
        (OURS, "mypage.example.jp", {"Origin": f"{OURS}:443"}),
        (OURS, "mypage.example.jp.", {"Origin": f"{OURS}."}),
        (OURS, "mypage.example.jp", {"Referer": f"{OURS}:443/login"}),
        (f"{OURS}:443", "mypage.example.jp", {"Origin": OURS}),
        (OURS, "mypage.example.jp", {"Sec-Fetch-Site": "same-origin", "Origin": "null"}),
        (OURS, "mypage.example.jp", {"Sec-Fetch-Site": "none"}),
        ("https://[2001:db8::1]", "[2001:db8::1]", {"Origin": "https://[2001:DB8::1]"}),
        ("https://localhost:8443", "localhost:8443", {"Referer": "https://localhost:8443/login"}),
        ("https://localhost:8443", "127.0.0.1:9443", {"Origin": "https://127.0.0.1:9443"}),
    ],
)
async def test_our_own_form_is_known_however_its_origin_is_written(
    start_portal: StartPortal, services: Services, public_url: str, host: str, headers: dict[str, str]
) -> None:
    """N4, also behind a proxy with TLS on this very machine."""
    services.refuse(LogIn, RefusalCode.TOO_MANY_LOGINS)
    browser = await start_portal(services.bus, public_url=public_url)
    assert (await browser.post_own("/login", FORM, {"Host": host, **headers})).status == 422


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": ""},
        {"Origin": "null", "Referer": f"{OURS}/login"},
        {"Origin": f"{OURS}:80"},
        {"Origin": "https://user@mypage.example.jp"},
        {"Origin": f"{OURS} https://evil.example"},
        {"Origin": "ftp://mypage.example.jp"},
        {"Origin": "mypage.example.jp"},
        {"Referer": "https://mypage.example.jp:80/login"},
        {"Referer": "https://mypage.example.jp:x/login"},
        {"Referer": "https://mypage.example.jp\\@evil.example/login"},
        {"Referer": "//mypage.example.jp/login"},
        {"Referer": "about:blank"},
        {"Referer": "null"},
        {"Sec-Fetch-Site": "", "Origin": OURS},
    ],
)
async def test_no_other_origin_is_taken_for_ours(
    start_portal: StartPortal, services: Services, headers: dict[str, str]
) -> None:
    """X31: an Origin that is there is believed alone, an empty or foreign one is a no."""
    browser = await start_portal(services.bus, public_url=OURS)
    answer = await browser.post_own("/login", FORM, {"Host": "mypage.example.jp", **headers})
    assert answer.status == 403
    assert services.asked == []


async def test_who_sends_none_of_the_three_is_told_what_to_do(
    start_portal: StartPortal, services: Services
) -> None:
    """N4, G8: a page of ours that names the setting and leads back to the form."""
    browser = await start_portal(services.bus, public_url=OURS)
    answer = await browser.post_own("/login", FORM, {"Host": "mypage.example.jp"})
    assert answer.status == 403
    assert "「リファラー（参照元）を送らない」設定を解除する" in answer.text
    assert 'href="/login"' in answer.text


async def test_foreign_hosts_do_not_fill_the_log(start_portal: StartPortal, services: Services) -> None:
    """N5: all are counted, a few are logged."""
    browser = await start_portal(services.bus, public_url=OURS)
    before = FOREIGN_HOSTS._value.get()
    with capture_logs() as lines:
        for number in range(30):
            assert (await browser.get("/login", Host=f"evil{number}.example")).status == 400
    assert FOREIGN_HOSTS._value.get() == before + 30
    said = [line["got"] for line in lines if line["event"] == "request.foreign_host"]
    assert said == [f"evil{number}.example" for number in range(FewLines.at_most)]


@pytest.mark.parametrize("fits_at", [None, 3])
async def test_an_address_that_fits_no_request_at_all_is_told_once(
    start_portal: StartPortal, services: Services, fits_at: int | None
) -> None:
    """As with a wrong public URL; strangers alone never make a gateway unready, and not wrong."""
    browser = await start_portal(services.bus, public_url=OURS)
    with capture_logs() as lines:
        for number in range(2 * NO_FIT_TOLD_AFTER):
            await browser.get("/login", Host="mypage.example.jp" if number == fits_at else "other.example")
    told = [line for line in lines if line["event"] == "request.no_host_has_fitted"]
    assert [line["wanted"] for line in told] == ([] if fits_at else ["mypage.example.jp"])


async def test_foreign_origins_are_counted_and_told_without_a_path(
    start_portal: StartPortal, services: Services
) -> None:
    """Most often our own form, behind a proxy whose TLS the public URL does not know of."""
    browser = await start_portal(services.bus, public_url=OURS)
    before = FOREIGN_ORIGINS._value.get()
    referer = {"Host": "mypage.example.jp", "Referer": "http://mypage.example.jp/activate/canary"}
    with capture_logs() as lines:
        for _ in range(30):
            assert (await browser.post_own("/login", FORM, referer)).status == 403
        await browser.post_own("/login", FORM, {"Host": "mypage.example.jp"})
    assert FOREIGN_ORIGINS._value.get() == before + 31
    told = [line for line in lines if line["event"] == "request.foreign_origin"]
    assert [line["got"] for line in told] == ["http://mypage.example.jp:80"] * FewLines.at_most
    assert {line["wanted"] for line in told} == {OURS}
    assert "canary" not in str(lines)


def test_after_a_minute_the_log_says_how_many_lines_were_left_out() -> None:
    """The next one counts those before it."""
    few = FewLines()
    assert [few.left_out_before(at=10.0) for _ in range(FewLines.at_most + 3)] == [0] * 5 + [None] * 3
    assert few.left_out_before(at=10.0 + FewLines.seconds) == 3
    assert few.left_out_before(at=11.0 + FewLines.seconds) == 0
