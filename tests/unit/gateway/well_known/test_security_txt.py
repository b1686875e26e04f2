"""security.txt, the address for password managers, and what robots are told."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.scripted_services import Browser, Services, StartPortal

from gateway.routes import ROUTES
from gateway.well_known.security_txt import contact_file
from messages.company import CompanyProfile

PUBLIC_URL = "https://mypage.example.jp"
PATH = "/.well-known/security.txt"


def fields(text: str) -> dict[str, str]:
    """By name; each line is one (RFC 9116, 4)."""
    lines = [line.partition(": ") for line in text.removesuffix("\n").split("\n")]
    assert all(separator for _, separator, _ in lines)
    assert len({name for name, _, _ in lines}) == len(lines)
    return {name: value for name, _, value in lines}


async def test_who_finds_a_weakness_reads_whom_to_tell(start_portal: StartPortal, services: Services) -> None:
    """E3: the fields that RFC 9116 demands, and where the file belongs; nobody is asked for it."""
    by_tls = await start_portal(services.bus, public_url=PUBLIC_URL)
    answer = await by_tls.get(PATH, Host="mypage.example.jp")
    said = fields(answer.text)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert said["Contact"] == "mailto:security@aicom-koka.jp"
    assert said["Preferred-Languages"] == "ja, en"
    assert said["Canonical"] == f"{PUBLIC_URL}{PATH}"
    assert datetime.fromisoformat(said["Expires"]).tzinfo == UTC
    assert services.asked == []


@given(st.datetimes(datetime(2026, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_it_always_ends_in_the_future_and_in_less_than_a_year(now: datetime) -> None:
    """RFC 9116, 2.5.5. Leap days, ends of months and the last second of a day included."""
    ends = datetime.fromisoformat(fields(contact_file(CompanyProfile(), PUBLIC_URL, now))["Expires"])
    assert timedelta(days=30) < ends - now < timedelta(days=365)


async def test_without_tls_no_address_of_its_own_is_claimed(browser: Browser) -> None:
    """RFC 9116, 2.5.2: a Canonical begins with https."""
    assert set(fields((await browser.get(PATH)).text)) == {"Contact", "Expires", "Preferred-Languages"}


@pytest.mark.parametrize(
    ("domain", "written"), [("mihon.example", "mihon.example"), ("みほん.example", "xn--79jh5d.example")]
)
def test_another_company_is_told_at_its_own_domain(domain: str, written: str) -> None:
    """In ASCII, as RFC 6068 wants it in an address."""
    text = contact_file(CompanyProfile(mail_domain=domain), PUBLIC_URL, datetime(2026, 11, 29, tzinfo=UTC))
    assert fields(text)["Contact"] == f"mailto:security@{written}"
    assert text.isascii()


async def test_a_password_manager_is_led_to_the_settings(browser: Browser) -> None:
    """E3: with 302. That 200 never stands for an address that does not exist, it tries out, too."""
    answer = await browser.get("/.well-known/change-password")
    assert (answer.status, answer.headers["Location"]) == (302, "/settings")
    assert (await browser.get("/settings")).headers["Location"] == "/login"
    unknown = await browser.get(
        "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200"
    )
    assert unknown.status == 404


async def test_robots_are_told_to_read_nothing(browser: Browser) -> None:
    """E3."""
    answer = await browser.get("/robots.txt")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert answer.text.splitlines() == ["User-agent: *", "Disallow: /"]


async def test_no_answer_may_stand_in_an_index(logged_in: Browser) -> None:
    """E3: with the log-in and without, errors and files included."""
    plain = {re.sub(r"\{[^}]+\}", "2026-10", route.path) for route in ROUTES if route.method == "GET"}
    assert {"/menu", "/privacy", "/robots.txt", "/static/2026-10"} <= plain
    for path in (*sorted(plain), "/nothing-here"):
        assert "noindex" in (await logged_in.get(path)).headers["X-Robots-Tag"], path
