"""ログイン中の端末: the page, and its two buttons."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from support.scripted_services import SESSION, Browser, Services

from messages.identity import RefusalCode
from messages.login_history import LoginHistoryShown, ShowLoginHistory
from messages.own_sessions import (
    EndOtherSessions,
    EndOwnSession,
    OwnSession,
    OwnSessionsEnded,
    OwnSessionsShown,
    ShowOwnSessions,
)
from messages.values import Device

KEYS = [UUID(int=number) for number in (1, 2, 3)]
DEVICES = [Device("windows/edge"), Device("iphone/safari"), None]
SESSIONS = tuple(
    OwnSession(
        session_key=key,
        device=device,
        began_at=SESSION.ends_at - timedelta(hours=2),
        last_seen_at=SESSION.ends_at,
        is_askers=key == KEYS[0],
    )
    for key, device in zip(KEYS, DEVICES, strict=True)
)


async def test_the_page_names_every_device_and_offers_to_end_the_others(
    logged_in: Browser, services: Services
) -> None:
    """The one in hand is marked, and has [ログアウト] in the header."""
    services.answer(ShowOwnSessions, OwnSessionsShown(sessions=SESSIONS))
    page = await logged_in.get("/settings/sessions")
    assert page.status == 200
    headings = re.findall(r"<h2 [^>]*>(.*?)</h2>", page.text)
    assert [re.sub("<[^>]*>", "", each) for each in headings[:-1]] == [
        "Windows（Edge）（いまお使いの端末）",
        "iPhone（Safari）",
        "種類のわからない端末",
    ]
    assert re.findall('name="session" value="([^"]+)"', page.text) == [str(key) for key in KEYS[1:]]
    assert page.text.count("この端末をログアウトする</button>") == 2
    assert "ほかのすべての端末をログアウトする</button>" in page.text
    assert "2026年11月23日（月） 7時00分" in page.text


async def test_alone_there_is_nothing_to_end(logged_in: Browser, services: Services) -> None:
    """No button that would do nothing."""
    services.answer(ShowOwnSessions, OwnSessionsShown(sessions=SESSIONS[:1]))
    page = await logged_in.get("/settings/sessions")
    assert "ほかにログインしている端末はありません。" in page.text
    assert "ログアウトする</button>" not in page.text


async def test_one_device_is_logged_out(logged_in: Browser, services: Services) -> None:
    """G17; the page says so."""
    services.answer(ShowOwnSessions, OwnSessionsShown(sessions=SESSIONS[:1]))
    services.answer(EndOwnSession, OwnSessionsEnded())
    answer = await logged_in.post("/settings/sessions", session=str(KEYS[1]))
    assert (answer.status, answer.headers["Location"]) == (303, "/settings/sessions")
    assert [each.session_key for each in services.were_asked(EndOwnSession)] == [KEYS[1]]
    assert "選んだ端末は、ログアウトしています。" in (await logged_in.get("/settings/sessions")).text


@pytest.mark.parametrize("typed", [{}, {"session": ""}, {"session": "x"}, {"session": "あ" * 50}])
async def test_what_can_be_no_key_is_answered_as_one_that_is_gone(
    logged_in: Browser, services: Services, typed: dict[str, str]
) -> None:
    """No error page, and nobody is asked."""
    answer = await logged_in.post("/settings/sessions", **typed)
    assert (answer.status, answer.headers["Location"]) == (303, "/settings/sessions")
    assert services.were_asked(EndOwnSession) == []


async def test_all_others_are_logged_out(logged_in: Browser, services: Services) -> None:
    """G17."""
    services.answer(ShowOwnSessions, OwnSessionsShown(sessions=SESSIONS[:1]))
    services.answer(EndOtherSessions, OwnSessionsEnded())
    answer = await logged_in.post("/settings/sessions/others")
    assert (answer.status, answer.headers["Location"]) == (303, "/settings/sessions")
    assert len(services.were_asked(EndOtherSessions)) == 1
    assert "ほかの端末は、すべてログアウトしています。" in (await logged_in.get("/settings/sessions")).text


@pytest.mark.parametrize("path", ["/settings/sessions", "/settings/sessions/others"])
async def test_pressed_in_a_session_that_was_ended_elsewhere_it_asks_for_the_log_in(
    logged_in: Browser, services: Services, path: str
) -> None:
    """Two devices that end each other: the second one learns it."""
    for request in (EndOwnSession, EndOtherSessions):
        services.refuse(request, RefusalCode.SESSION_ENDED)
    answer = await logged_in.post(path, session=str(KEYS[1]))
    assert answer.headers["Location"] == "/login"


@pytest.mark.parametrize("path", ["/settings", "/settings/history"])
async def test_it_is_found_from_where_one_looks_for_it(
    logged_in: Browser, services: Services, path: str
) -> None:
    """設定 and ログイン履歴."""
    services.answer(ShowLoginHistory, LoginHistoryShown(lines=()))
    assert 'href="/settings/sessions"' in (await logged_in.get(path)).text
