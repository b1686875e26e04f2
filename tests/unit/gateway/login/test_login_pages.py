"""ログイン and ログアウト."""

from __future__ import annotations

from support.scripted_services import Browser, Services

from messages.identity import LogIn
from messages.identity import RefusalCode as Identity
from messages.registration import (
    CheckProvisionalPassword,
    ProvisionalPasswordChecked,
)

USUAL = "アカウントIDまたはパスワードが違います。"


async def test_wrong_credentials_get_the_usual_sentence_and_keep_the_id(
    browser: Browser, services: Services
) -> None:
    """L2, L3."""
    services.refuse(LogIn, Identity.WRONG_CREDENTIALS)
    services.answer(CheckProvisionalPassword, ProvisionalPasswordChecked(right=False))
    page = await browser.post("/login", account_id="taro-01", password="secretsecret")
    assert page.status == 422
    assert USUAL in page.text
    assert 'value="taro-01"' in page.text
    assert "secretsecret" not in page.text


async def test_the_usual_sentence_is_the_same_page_for_an_id_that_cannot_exist(
    browser: Browser, services: Services
) -> None:
    """No oracle: registration is not even asked."""
    services.refuse(LogIn, Identity.WRONG_CREDENTIALS)
    page = await browser.post("/login", account_id="x", password="y")
    assert USUAL in page.text
    assert services.were_asked(CheckProvisionalPassword) == []


async def test_a_right_password_of_a_provisional_account_is_told_how_to_go_on(
    browser: Browser, services: Services
) -> None:
    """Q18."""
    services.refuse(LogIn, Identity.WRONG_CREDENTIALS)
    services.answer(CheckProvisionalPassword, ProvisionalPasswordChecked(right=True))
    assert (
        "本登録がお済みでありません。"
        in (await browser.post("/login", account_id="taro-01", password="x")).text
    )


async def test_while_registration_cannot_say_nobody_is_told_that_it_is_wrong(
    browser: Browser, services: Services
) -> None:
    """It may be right, and identity has not heard of it yet; what was typed stays."""
    services.refuse(LogIn, Identity.WRONG_CREDENTIALS)
    page = await browser.post("/login", account_id="taro-01", password="x")
    assert (page.status, USUAL in page.text, 'value="taro-01"' in page.text) == (503, False, True)
    assert "いまは、アカウントIDとパスワードを確認できません。" in page.text


async def test_too_many_logins_are_answered_429(browser: Browser, services: Services) -> None:
    """L4."""
    services.refuse(LogIn, Identity.TOO_MANY_LOGINS, retry_after_seconds=60)
    page = await browser.post("/login", account_id="taro-01", password="x")
    assert (page.status, page.headers["Retry-After"]) == (429, "60")
    assert "しばらく待ってから、もう一度お試しください。" in page.text


async def test_logging_out_takes_the_session_away(logged_in: Browser, services: Services) -> None:
    """M1: even while identity cannot be told."""
    answer = await logged_in.post("/logout")
    assert answer.headers["Location"] == "/login"
    # "cache" would make browsers wait, and empties nothing: no page of ours is ever stored
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert "sid" not in logged_in.cookies()
