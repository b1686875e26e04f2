"""The encrypted cookies: unreadable, unalterable, not to be exchanged, and short-lived."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from chassis.security.tokens import new_token
from chassis.web.sealed_cookies import CookieBox, CookieContent, Purpose


class Address(CookieContent):
    """What a cookie of these tests holds."""

    token: str


ADDRESS = Purpose("address", Address, 30 * 60)
OTHER = Purpose("other", Address, 5 * 60)
KEY = secrets.token_bytes(32)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class StoppedClock:
    """Shows the instant it was set to."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        """That instant."""
        return self.instant


def a_box(at: datetime = NOON, *, key: bytes = KEY, https: bool = True) -> CookieBox:
    return CookieBox(key, StoppedClock(at), label=b"test", https=https)


def kept(box: CookieBox, content: Address) -> dict[str, str]:
    """The browser's cookies after a page that kept the content."""
    response = web.Response()
    box.keep(response, ADDRESS, content)
    return {name: morsel.value for name, morsel in response.cookies.items()}


KEPT = Address(token=new_token())


def test_a_cookie_reads_as_what_was_kept() -> None:
    """The next page finds it."""
    assert a_box().read(kept(a_box(), KEPT), ADDRESS) == KEPT


def test_a_cookie_shows_nothing_of_its_content() -> None:
    """It is encrypted, and no repr tells."""
    cookies = kept(a_box(), KEPT)
    assert KEPT.token not in str(cookies)
    assert KEPT.token not in repr(KEPT)


@pytest.mark.parametrize("position", [0, 15, 40, -4])
def test_an_altered_cookie_reads_as_absent(position: int) -> None:
    """Any changed character breaks its authentication."""
    ((name, text),) = kept(a_box(), KEPT).items()
    characters = list(text)
    characters[position] = "A" if characters[position] != "A" else "B"
    assert a_box().read({name: "".join(characters)}, ADDRESS) is None


@pytest.mark.parametrize("text", ["", "x", "あ", "!" * 50, "A" * 5000])
def test_nonsense_reads_as_absent(text: str) -> None:
    """Never a fault."""
    assert a_box().read({"__Host-address": text}, ADDRESS) is None


def test_a_cookie_under_another_name_reads_as_absent() -> None:
    """The name is part of what is authenticated."""
    ((_, text),) = kept(a_box(), KEPT).items()
    assert a_box().read({"__Host-other": text}, OTHER) is None


def test_a_cookie_of_another_key_reads_as_absent() -> None:
    """Another portal's cookie is nothing to us."""
    assert a_box(key=secrets.token_bytes(32)).read(kept(a_box(), KEPT), ADDRESS) is None


def test_a_cookie_lives_30_minutes_and_not_a_second_longer() -> None:
    """Whatever the browser does with Max-Age (Q25)."""
    cookies = kept(a_box(), KEPT)
    assert a_box(NOON + timedelta(minutes=30)).read(cookies, ADDRESS) == KEPT
    assert a_box(NOON + timedelta(minutes=30, seconds=1)).read(cookies, ADDRESS) is None


def test_over_https_a_cookie_has_the_host_prefix_and_every_flag() -> None:
    """Cookie rules: Secure, HttpOnly, SameSite=Lax, Path=/, no Domain."""
    response = web.Response()
    a_box().keep(response, OTHER, Address(token="x"))
    line = response.cookies["__Host-other"].OutputString()
    assert all(flag in line for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in line


def test_without_https_a_cookie_is_still_usable() -> None:
    """Browsers drop __Host- and Secure cookies of plain http."""
    response = web.Response()
    a_box(https=False).keep(response, OTHER, Address(token="x"))
    assert "Secure" not in response.cookies["other"].OutputString()
