"""準備しています: a log-in right after 本登録 goes on by itself."""

from __future__ import annotations

import pytest
from support.scripted_services import SESSION, Browser, Services

from messages.identity import LogIn
from messages.identity import RefusalCode as Identity
from messages.registration import CheckProvisionalPassword, ProvisionalPasswordChecked

BEING_PREPARED = ProvisionalPasswordChecked(right=False, being_prepared=True)
NOTHING_KNOWN = ProvisionalPasswordChecked(right=False)


@pytest.fixture
async def waiting(browser: Browser, services: Services) -> Browser:
    """Typed the right ID and password; identity does not know them yet."""
    services.refuse(LogIn, Identity.WRONG_CREDENTIALS)
    services.answer(CheckProvisionalPassword, BEING_PREPARED)
    answer = await browser.post("/login", account_id="taro-01", password="Abcdef12")
    assert (answer.status, answer.headers["Location"]) == (303, "/login/preparing")
    return browser


async def test_the_page_tries_again_by_itself_and_has_a_button(waiting: Browser) -> None:
    """With and without JavaScript."""
    page = (await waiting.get("/login/preparing")).text
    assert 'action="/login/again"' in page
    assert "data-sends-itself-after" in page
    assert "もう一度試す" in page


async def test_until_registration_knows_of_the_account_identity_is_not_asked(
    waiting: Browser, services: Services
) -> None:
    """Each question would count as a wrong password."""
    for _ in range(7):
        answer = await waiting.post("/login/again")
        assert answer.headers["Location"] == "/login/preparing"
    assert len(services.were_asked(LogIn)) == 1


async def test_as_soon_as_the_account_is_there_he_is_in(waiting: Browser, services: Services) -> None:
    """Without typing anything again."""
    services.answer(CheckProvisionalPassword, NOTHING_KNOWN)
    services.answer(LogIn, SESSION)
    assert (await waiting.post("/login/again")).headers["Location"] == "/menu"
    first, second = services.were_asked(LogIn)
    assert first.session_token_hash == second.session_token_hash
    assert "sid" in waiting.cookies()
    assert (await waiting.post("/login/again")).headers["Location"] == "/login"


async def test_whatever_comes_of_it_he_is_not_told_that_it_was_wrong(
    waiting: Browser, services: Services
) -> None:
    """Such as a limit that others have filled: he types once more, with his ID filled in."""
    services.answer(CheckProvisionalPassword, NOTHING_KNOWN)
    services.refuse(LogIn, Identity.TOO_MANY_LOGINS, retry_after_seconds=60)
    assert (await waiting.post("/login/again")).headers["Location"] == "/login"
    page = (await waiting.get("/login")).text
    assert "違います" not in page
    assert 'value="taro-01"' in page


async def test_neither_id_nor_password_can_be_read_in_the_browser(waiting: Browser) -> None:
    """Both are sealed for those who judge them, in a cookie that only we can open."""
    assert not any("Abcdef12" in value or "taro-01" in value for value in waiting.cookies().values())


async def test_who_waits_for_nothing_is_sent_to_the_login(browser: Browser) -> None:
    """Two minutes later, or in another browser."""
    assert (await browser.post("/login/again")).headers["Location"] == "/login"
    assert (await browser.get("/login/preparing")).headers["Location"] == "/login"
