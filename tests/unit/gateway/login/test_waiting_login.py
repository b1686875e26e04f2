"""準備しています: a log-in right after 本登録 goes on by itself."""

from __future__ import annotations

from typing import Any

import pytest
from support.scripted_services import SESSION, Browser, Services

from chassis.messaging.message import Message
from chassis.messaging.refusal import Refusal
from messages.identity import LogIn
from messages.identity import RefusalCode as Identity
from messages.registration import CheckProvisionalPassword, ProvisionalPasswordChecked

BEING_PREPARED = ProvisionalPasswordChecked(right=False, being_prepared=True)
NOTHING_KNOWN = ProvisionalPasswordChecked(right=False)
OPENED_LATELY = ProvisionalPasswordChecked(right=False, opened_lately=True)


def say(outcome: Any) -> Any:
    """A reply, a refusal, or nothing."""
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


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


async def test_an_account_that_is_opened_while_its_password_is_looked_at_lets_him_in(
    browser: Browser, services: Services
) -> None:
    """Identity did not know it yet, and registration has heard that it does."""
    answers = iter([Refusal(Identity.WRONG_CREDENTIALS), SESSION])
    services.says[LogIn] = lambda _: say(next(answers))
    services.answer(CheckProvisionalPassword, OPENED_LATELY)
    answer = await browser.post("/login", account_id="taro-01", password="Abcdef12")
    assert answer.headers["Location"] == "/menu"
    first, second = services.were_asked(LogIn)
    assert first.session_token_hash == second.session_token_hash
    assert (first.asked_before, second.asked_before) == (False, True)


@pytest.mark.parametrize(
    ("code", "status", "sentence"),
    [
        (Identity.WRONG_CREDENTIALS, 422, "アカウントIDまたはパスワードが違います。"),
        (Identity.TOO_MANY_LOGINS, 429, "しばらく待ってから"),
        (None, 503, "いまは、アカウントIDとパスワードを確認できません。"),
    ],
)
async def test_what_identity_says_the_second_time_is_told(
    browser: Browser, services: Services, code: Identity | None, status: int, sentence: str
) -> None:
    """It is asked once more and not for ever, and the ID stays; None: it does not answer."""
    second = Refusal(code, retry_after_seconds=60 if status == 429 else None) if code else None
    answers = iter([Refusal(Identity.WRONG_CREDENTIALS), second])
    services.says[LogIn] = lambda _: say(next(answers))
    services.answer(CheckProvisionalPassword, OPENED_LATELY)
    page = await browser.post("/login", account_id="taro-01", password="Abcdef12")
    assert (page.status, sentence in page.text, 'value="taro-01"' in page.text) == (status, True, True)
    assert len(services.were_asked(LogIn)) == 2


@pytest.mark.parametrize("silent", [CheckProvisionalPassword, LogIn])
async def test_while_one_of_those_who_judge_it_is_away_he_goes_on_waiting(
    waiting: Browser, services: Services, silent: type[Message]
) -> None:
    """No error page stops him: the page that waits comes back, and lets him in afterwards."""
    services.answer(CheckProvisionalPassword, NOTHING_KNOWN)
    services.answer(LogIn, SESSION)
    says = services.says.pop(silent)
    assert (await waiting.post("/login/again")).headers["Location"] == "/login/preparing"
    assert (await waiting.get("/login/preparing")).status == 200
    services.says[silent] = says
    assert (await waiting.post("/login/again")).headers["Location"] == "/menu"


async def test_who_waited_for_too_long_is_told_to_come_back(browser: Browser) -> None:
    """What he typed is kept for two minutes."""
    await browser.post("/login/again")
    assert "準備に時間がかかっています。" in (await browser.get("/login")).text


async def test_the_page_of_another_tab_follows_him_in(waiting: Browser, services: Services) -> None:
    """It is still open when he has come in through the first one."""
    services.answer(CheckProvisionalPassword, NOTHING_KNOWN)
    services.answer(LogIn, SESSION)
    for _ in range(2):
        assert (await waiting.post("/login/again")).headers["Location"] == "/menu"
