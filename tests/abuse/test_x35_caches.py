"""X35: nothing of a customer's is kept by his browser or by a proxy."""

from __future__ import annotations

import pytest
from support.scripted_services import Browser, Services
from unit.gateway.conftest import browser, logged_in, services, start_portal

from gateway.routes import ROUTES

__all__ = ["browser", "logged_in", "services", "start_portal"]

PAGES = sorted(
    {
        route.path.replace("{month}", "2026-08").replace("{token}", "x" * 43)
        for route in ROUTES
        if route.method == "GET" and "static" not in route.path and "well-known" not in route.path
    }
)


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_of_a_customer_is_stored(logged_in: Browser, services: Services, path: str) -> None:
    """Whether its services answer or not; whoever says that he has it already hears no 304."""
    for headers in ({}, {"If-None-Match": "*"}, {"If-Modified-Since": "Thu, 01 Jan 2099 00:00:00 GMT"}):
        page = await logged_in.get(path, **headers)
        assert page.status != 304
        assert page.headers["Cache-Control"] == "no-store"
        assert "ETag" not in page.headers


async def test_going_back_after_the_log_out_shows_nothing(logged_in: Browser, services: Services) -> None:
    """The browser asks again, and is led to the log-in."""
    assert (await logged_in.get("/menu")).status == 200
    await logged_in.post("/logout")
    assert (await logged_in.get("/menu")).headers["Location"] == "/login"


async def test_a_page_that_is_shared_differs_for_who_is_logged_in(
    browser: Browser, logged_in: Browser, services: Services
) -> None:
    """A stranger's guide may be kept, and says so by Vary; a customer's is his own."""
    assert (await logged_in.get("/guide")).headers["Cache-Control"] == "no-store"
    await logged_in.post("/logout")
    logged_in.client.session.cookie_jar.clear()
    assert "Cookie" in (await logged_in.get("/guide")).headers["Vary"]
