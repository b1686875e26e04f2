"""Every link of every error page leads somewhere: over all routes, all ways in which one fails, in and
out.
"""

from __future__ import annotations

import re

import pytest
from support.scripted_services import Browser, Services, StartPortal

from chassis.messaging.memory import MemoryBus
from gateway.error_pages import error_page
from gateway.routes import ROUTES
from messages.topology import TOPOLOGY

STATUSES = (400, 403, 404, 405, 408, 413, 414, 421, 422, 429, 431, 500, 502, 503, 504)
METHODS = ("GET", "POST", "PUT", "DELETE", "OPTIONS")
TABS_TO_COME = {"/contract", "/settings"}  # nothing else, and not for long: their pages are being built
LINK = re.compile(r'(?:href|action)="(/[^"]*)"|content="[0-9]+; ?url=([^"]+)"')
OF_ROUTE = {"{name:.+}": "app.css", "{token}": "x" * 43, "{month}": "2026-10", "{page}": "menu"}


def paths() -> list[str]:
    """One address for every route, and one that there is not."""
    found = {route.path for route in ROUTES}
    for variable, value in OF_ROUTE.items():
        found = {path.replace(variable, value) for path in found}
    return sorted(found | {"/nothing-here"})


def links(page: str) -> set[str]:
    """Where a click, a form or time leads."""
    return {first or second for first, second in LINK.findall(page)}


def check(page: str, seen: set[str]) -> None:
    """Each address is one of ours, for the method that the page uses."""
    forms = set(re.findall(r'<form[^>]*action="([^"]+)"', page))
    opened = links(page) - forms
    assert {link for link in opened if not link.startswith("/static/")} <= paths_of("GET") | TABS_TO_COME
    assert forms <= paths_of("POST")
    seen |= opened


def paths_of(method: str) -> set[str]:
    """The fixed addresses that answer it."""
    return {route.path for route in ROUTES if route.method == method and "{" not in route.path}


@pytest.mark.parametrize("method", METHODS)
async def test_every_link_of_an_error_page_works_for_a_stranger(
    browser: Browser, services: Services, method: str
) -> None:
    """Nobody answers: each page says so, or that it is not for that method."""
    await crawl(browser, services, method)


@pytest.mark.parametrize("method", METHODS)
async def test_every_link_of_an_error_page_works_for_a_customer(
    logged_in: Browser, services: Services, method: str
) -> None:
    """Whoever is logged in sees the same."""
    await crawl(logged_in, services, method)


async def crawl(browser: Browser, services: Services, method: str) -> None:
    """All addresses with that method while nobody answers."""
    services.says.clear()
    seen: set[str] = set()
    for path in paths():
        headers = {"Sec-Fetch-Site": "same-origin"}
        async with browser.client.request(method, path, allow_redirects=False, headers=headers) as answer:
            if answer.status >= 400 and answer.content_type == "text/html":
                check(await answer.text(), seen)
    assert seen


BUTTONS = sorted(
    {route.path for route in ROUTES if route.method == "POST" and "{" not in route.path}
    - {"/api/account-id", "/api/session"}
)  # an address with a token in it is on no page, and a script shows what it is answered itself


@pytest.mark.parametrize("path", BUTTONS)
async def test_a_button_that_fails_offers_a_page_to_open_again(start_portal: StartPortal, path: str) -> None:
    """E1: what was sent cannot be opened, the page with the button can."""
    browser = await start_portal(MemoryBus(TOPOLOGY))
    app = browser.client.app
    assert app is not None

    async def fail(request):  # type: ignore[no-untyped-def]
        return error_page(request, 503)

    for resource in app.router.resources():
        for route in resource:
            if resource.canonical == path and route.method == "POST":
                route._handler = fail
    page = await browser.post(path)
    assert page.status == 503
    [offered] = re.findall('class="button main" href="([^"]+)"', page.text)
    assert offered in paths_of("GET")


@pytest.mark.parametrize("status", STATUSES)
async def test_every_status_has_a_page_whose_links_work(start_portal: StartPortal, status: int) -> None:
    """Whatever route it comes from."""
    browser = await start_portal(MemoryBus(TOPOLOGY))
    app = browser.client.app
    assert app is not None
    seen: set[str] = set()

    async def fail(request):  # type: ignore[no-untyped-def]
        return error_page(request, status)

    for resource in app.router.resources():
        for route in resource:
            route._handler = fail
    pages = []
    for path in paths():
        for method in ("GET", "POST"):
            headers = {"Sec-Fetch-Site": "same-origin"}
            async with browser.client.request(method, path, allow_redirects=False, headers=headers) as answer:
                if answer.content_type == "text/html":
                    pages.append(await answer.text())
    for page in pages:
        check(page, seen)
    assert seen
