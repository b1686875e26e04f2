"""X39: after the log-in, and from anywhere else, only pages of ours are opened."""

from __future__ import annotations

import re

import pytest
from support.scripted_services import SESSION, Browser, Services
from unit.gateway.conftest import browser, services, start_portal

from gateway.routes import ROUTES
from messages.identity import LogIn, ShowSession

__all__ = ["browser", "services", "start_portal"]

ELSEWHERE = (
    "//evil.example",
    "///evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "\\\\evil.example",
    "/\\evil.example",
    "/%2f%2fevil.example",
    "/charges@evil.example",
    "/\tevil",
    "/charges\r\nLocation: https://evil.example",
    "/charges?next=//evil.example",
    "/charges#//evil.example",
    "/charges/..//evil.example",
    "data:text/html,x",
    "http:evil.example",
    ".evil.example",
    "/。evil",
)
OURS = re.compile(r"(/[A-Za-z0-9-]+)+|/")


@pytest.mark.parametrize("wanted", ELSEWHERE, ids=range(len(ELSEWHERE)))
async def test_after_the_log_in_only_a_page_of_ours_is_opened(
    browser: Browser, services: Services, wanted: str
) -> None:
    """Whatever the form, the query or a header asks for."""
    services.answer(LogIn, SESSION)
    services.answer(ShowSession, SESSION)
    await browser.get("/login", Referer="https://evil.example/")
    answer = await browser.post("/login", account_id="taro-01", password="x", wanted=wanted, next=wanted)
    assert answer.headers["Location"] == "/menu"


@pytest.mark.parametrize("name", ["next", "wanted", "url", "return_to", "redirect", "path", "page"])
@pytest.mark.parametrize("path", sorted({route.path for route in ROUTES if "{" not in route.path}))
async def test_no_query_leads_elsewhere(browser: Browser, services: Services, path: str, name: str) -> None:
    """Every fixed address, with every name that such a thing has elsewhere."""
    answer = await browser.get(f"{path}?{name}=//evil.example")
    assert OURS.fullmatch(answer.headers.get("Location", "/"))
