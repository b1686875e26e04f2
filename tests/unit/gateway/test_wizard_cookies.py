"""The encrypted cookies: unreadable, unalterable, not to be exchanged, and short-lived."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from chassis.security.sealing import Sealer
from chassis.security.tokens import new_key, new_token
from gateway.wizard import (
    DRAFT,
    HELD_TICKET,
    NOTICE,
    OPENED_LINK,
    CookieBox,
    Details,
    Draft,
    HeldTicket,
    Notice,
    OpenedLink,
    Proven,
)
from messages.registration import ChosenPassword
from messages.values import (
    AccountId,
    CustomerNumber,
    EmailAddress,
    HolderKana,
    Nickname,
    Password,
    PhoneNumber,
)
from mypage.local.key_ring import KeyRing

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
    return CookieBox(key, StoppedClock(at), https=https)


def kept(box: CookieBox, content: OpenedLink) -> dict[str, str]:
    """The browser's cookies after a page that kept the content."""
    response = web.Response()
    box.keep(response, OPENED_LINK, content)
    return {name: morsel.value for name, morsel in response.cookies.items()}


LINK = OpenedLink(activation_token=new_token())


def test_a_cookie_reads_as_what_was_kept() -> None:
    """The next page finds it."""
    assert a_box().read(kept(a_box(), LINK), OPENED_LINK) == LINK


def test_a_cookie_shows_nothing_of_its_content() -> None:
    """It is encrypted, and no repr tells."""
    cookies = kept(a_box(), LINK)
    assert LINK.activation_token not in str(cookies)
    assert LINK.activation_token not in repr(LINK)


@pytest.mark.parametrize("position", [0, 15, 40, -4])
def test_an_altered_cookie_reads_as_absent(position: int) -> None:
    """Any changed character breaks its authentication."""
    ((name, text),) = kept(a_box(), LINK).items()
    characters = list(text)
    characters[position] = "A" if characters[position] != "A" else "B"
    assert a_box().read({name: "".join(characters)}, OPENED_LINK) is None


@pytest.mark.parametrize("text", ["", "x", "あ", "!" * 50, "A" * 5000])
def test_nonsense_reads_as_absent(text: str) -> None:
    """Never a fault."""
    assert a_box().read({"__Host-activation": text}, OPENED_LINK) is None


def test_a_cookie_under_another_name_reads_as_absent() -> None:
    """The name is part of what is authenticated."""
    ((_, text),) = kept(a_box(), LINK).items()
    assert a_box().read({"__Host-notice": text}, NOTICE) is None


def test_a_cookie_of_another_key_reads_as_absent() -> None:
    """Another portal's cookie is nothing to us."""
    assert a_box(key=secrets.token_bytes(32)).read(kept(a_box(), LINK), OPENED_LINK) is None


def test_a_cookie_lives_30_minutes_and_not_a_second_longer() -> None:
    """Whatever the browser does with Max-Age (Q25)."""
    cookies = kept(a_box(), LINK)
    assert a_box(NOON + timedelta(minutes=30)).read(cookies, OPENED_LINK) == LINK
    assert a_box(NOON + timedelta(minutes=30, seconds=1)).read(cookies, OPENED_LINK) is None


def test_over_https_a_cookie_has_the_host_prefix_and_every_flag() -> None:
    """Cookie rules: Secure, HttpOnly, SameSite=Lax, Path=/, no Domain."""
    response = web.Response()
    a_box().keep(response, NOTICE, Notice(text_key="logged-out"))
    line = response.cookies["__Host-notice"].OutputString()
    assert all(flag in line for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in line


def test_without_https_a_cookie_is_still_usable() -> None:
    """Browsers drop __Host- and Secure cookies of plain http."""
    response = web.Response()
    a_box(https=False).keep(response, NOTICE, Notice(text_key="logged-out"))
    assert "Secure" not in response.cookies["notice"].OutputString()


def test_the_largest_draft_fits_into_a_browsers_4096_bytes() -> None:
    """Longest values, incompressible proof, and the attributes beside it."""
    key = new_key()
    password = ChosenPassword(password=Password("aB3" * 21))
    details = Details(
        registration_key=key,
        account_id=AccountId("".join(secrets.choice("!#$%&abcXYZ019") for _ in range(30))),
        password=Sealer(KeyRing.generate().sealing_public).seal(password, to="registration", bound_to=key),
        email_address=EmailAddress(
            f"{secrets.token_hex(32)}@{secrets.token_hex(30)}.{secrets.token_hex(30)}.{secrets.token_hex(25)}.jp"
        ),
        nickname=Nickname(
            "".join(
                chr(secrets.choice(range(0x20000, 0x2A000))) + "\u0301\u0302\u0303" * 3 for _ in range(20)
            )
        ),
    )
    proven = Proven(
        browser_token=new_token(),
        verification_proof=secrets.token_urlsafe(500),
        customer_number=CustomerNumber("9876543210"),
        phone_number=PhoneNumber("08012345678"),
        holder_kana=HolderKana("".join(chr(secrets.choice(range(0x30A1, 0x30F0))) for _ in range(100))),
    )
    response = web.Response()
    a_box().keep(response, DRAFT, Draft(failures=9, proven=proven, details=details))
    assert len(response.cookies["__Host-draft"].OutputString()) < 4096


def test_the_largest_login_ticket_fits_too() -> None:
    """Its proof is a signed statement of some hundred characters."""
    response = web.Response()
    held = HeldTicket(
        ticket=new_token(), login_proof=secrets.token_urlsafe(500), account_id=AccountId("a" * 30)
    )
    a_box().keep(response, HELD_TICKET, held)
    assert len(response.cookies["__Host-ticket"].OutputString()) < 4096
