"""X31: a form that another site sends, or that another browser was shown, does nothing."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from support.registration_steps import HOLDER
from support.scripted_services import SESSION, Browser, Services, StartPortal
from unit.gateway.conftest import browser, logged_in, services, start_portal

from messages.billing import ChooseBillNotice
from messages.identity import LogIn, LogOut, VerifyContract

__all__ = ["browser", "logged_in", "services", "start_portal"]

FOREIGN = (
    {},
    {"Origin": "null"},
    {"Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://127.0.0.1.evil.example"},
    {"Referer": "https://evil.example/http://127.0.0.1:8080/"},
)
FORMS = {
    "/login": {"account_id": "taro-01", "password": "x"},
    "/register": HOLDER,
    "/logout": {},
    "/settings": {"bill_notice": "with_amount"},
}
WRITES = (LogIn, LogOut, VerifyContract, ChooseBillNotice)


@pytest.mark.parametrize("headers", FOREIGN, ids=range(len(FOREIGN)))
@pytest.mark.parametrize("path", FORMS)
async def test_the_right_token_does_not_help_another_site(
    logged_in: Browser, services: Services, path: str, headers: dict[str, str]
) -> None:
    """Both are asked for: the origin, and the token of this browser."""
    services.asked.clear()
    body = urlencode(FORMS[path] | {"form_token": logged_in.form_token()}).encode()
    before = logged_in.cookies()
    assert (await logged_in.post_raw(path, body, headers)).status == 403
    assert not [each for each in services.asked if isinstance(each, WRITES)]
    assert logged_in.cookies() == before


async def test_a_cookie_that_a_sibling_domain_plants_helps_nobody(
    start_portal: StartPortal, services: Services
) -> None:
    """The attacker's own pre-session and its token: the browser says that the form came from elsewhere, and
    by TLS the cookie's name begins with `__Host-`, which no other domain may set.
    """
    services.answer(LogIn, SESSION)
    victim = await start_portal(services.bus, public_url="https://mypage.example.jp")
    cookie, token = victim.shown()
    assert cookie.startswith("__Host-visitor=")
    body = urlencode({"account_id": "evil-01", "password": "x", "form_token": token}).encode()
    sent = {"Host": "mypage.example.jp", "Cookie": cookie, "Sec-Fetch-Site": "same-site"}
    assert (await victim.post_raw("/login", body, sent)).status == 403
    assert services.were_asked(LogIn) == []


async def test_a_get_never_writes(logged_in: Browser, services: Services) -> None:
    """An image or a link of another site is a GET."""
    services.asked.clear()
    for path in FORMS:
        await logged_in.get(f"{path}?{urlencode(FORMS[path])}")
    assert not [each for each in services.asked if isinstance(each, WRITES)]
