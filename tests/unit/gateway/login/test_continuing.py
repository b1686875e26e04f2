"""[続ける] before a session ends unused (G18), as the page's own script asks for it."""

from __future__ import annotations

import json
import re

import pytest
from support.scripted_services import SESSION, Browser, Services

from messages.identity import RefusalCode, ShowSession


async def test_the_idle_time_begins_anew(logged_in: Browser, services: Services) -> None:
    """Identity hears of it each time."""
    services.answer(ShowSession, SESSION.model_copy(update={"ends_in_seconds": 1_800}))
    for _ in range(2):
        answer = await logged_in.post("/api/session")
        assert answer.status == 200
        assert 0 < json.loads(answer.text)["ends_in"] <= 1_800
    assert len(services.were_asked(ShowSession)) == 2


async def test_a_session_that_is_over_is_said_to_be_over(logged_in: Browser, services: Services) -> None:
    """No page is needed to learn it."""
    services.refuse(ShowSession, RefusalCode.SESSION_ENDED)
    answer = await logged_in.post("/api/session")
    assert (answer.status, json.loads(answer.text)) == (200, {"ends_in": 0})


async def test_without_a_session_nobody_is_asked(browser: Browser, services: Services) -> None:
    """A log-out of another tab came first."""
    answer = await browser.post("/api/session")
    assert (answer.status, json.loads(answer.text)) == (200, {"ends_in": 0})
    assert services.asked == []


async def test_while_identity_is_away_the_script_hears_of_it(logged_in: Browser, services: Services) -> None:
    """In JSON: nothing is said to have ended."""
    services.says.pop(ShowSession, None)
    answer = await logged_in.post("/api/session")
    assert answer.status == 503
    assert "ends_in" not in json.loads(answer.text)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_no_other_site_keeps_a_session_alive(logged_in: Browser, services: Services, site: str) -> None:
    """X31."""
    answer = await logged_in.post_raw("/api/session", b"", {"Sec-Fetch-Site": site})
    assert answer.status == 403
    assert services.were_asked(ShowSession) == []


async def test_a_page_names_the_seconds_and_only_to_customers(logged_in: Browser, services: Services) -> None:
    """Where identity says them."""
    services.answer(ShowSession, SESSION.model_copy(update={"ends_in_seconds": 1_800}))
    named = re.search('data-ends-in="([0-9]+)"', (await logged_in.get("/menu")).text)
    assert named
    assert 0 < int(named[1]) <= 1_800
    services.refuse(ShowSession, RefusalCode.SESSION_ENDED)
    await logged_in.post("/api/session")
    assert "<dialog" not in (await logged_in.get("/guide")).text
