"""The header of a page is the customer's while his browser has a session, whatever the page is."""

from __future__ import annotations

import pytest
from support.scripted_services import Browser, Services

LOG_OUT = 'action="/logout"'


@pytest.mark.parametrize(
    ("path", "status"),
    [("/guide", 200), ("/nothing-here", 404), ("/charges/2026-10", 503), ("/static/nothing", 404)],
)
async def test_a_customer_who_is_logged_in_keeps_his_menu(
    logged_in: Browser, services: Services, path: str, status: int
) -> None:
    """Even on pages that need no service, and while all of them are away."""
    services.says.clear()
    page = await logged_in.get(path)
    assert (page.status, LOG_OUT in page.text, 'href="/menu"' in page.text) == (status, True, True)


async def test_a_page_for_what_cannot_be_read_keeps_it_too(logged_in: Browser) -> None:
    """A wrong method, a wrong form, a form from elsewhere."""
    for page in (
        await logged_in.post("/menu"),
        await logged_in.post_raw("/login", b"\xff", {"Sec-Fetch-Site": "same-origin"}),
        await logged_in.post_raw("/logout", b"", {"Sec-Fetch-Site": "cross-site"}),
    ):
        assert (page.status >= 400, LOG_OUT in page.text) == (True, True)


@pytest.mark.parametrize("path", ["/guide", "/nothing-here", "/login", "/register"])
async def test_a_stranger_is_offered_no_log_out(browser: Browser, path: str) -> None:
    """He has nothing to log out of."""
    assert LOG_OUT not in (await browser.get(path)).text
