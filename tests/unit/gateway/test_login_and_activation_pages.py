"""ログイン, メール受信確認, and what stands behind the login."""

from __future__ import annotations

import secrets

import pytest
from unit.gateway.scripted_services import SESSION, Browser, Services

from messages.identity import LogIn, LogInWithProof, ShowSession
from messages.identity import RefusalCode as Identity
from messages.registration import (
    Activate,
    Activated,
    ActivationShown,
    CheckProvisionalPassword,
    ProvisionalPasswordChecked,
    ShowActivation,
)
from messages.registration import RefusalCode as Registration
from messages.values import AccountId

USUAL = "アカウントIDまたはパスワードが違います。"


async def open_link(browser: Browser) -> None:
    """Comes from the mail."""
    await browser.get(f"/activate/{secrets.token_urlsafe(32)}")


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


async def test_while_registration_fails_the_usual_sentence_stands(
    browser: Browser, services: Services
) -> None:
    """Q18 is a kindness, not a condition."""
    services.refuse(LogIn, Identity.WRONG_CREDENTIALS)
    page = await browser.post("/login", account_id="taro-01", password="x")
    assert (page.status, USUAL in page.text) == (422, True)


async def test_too_many_logins_are_answered_429(browser: Browser, services: Services) -> None:
    """L4."""
    services.refuse(LogIn, Identity.TOO_MANY_LOGINS, retry_after_seconds=60)
    page = await browser.post("/login", account_id="taro-01", password="x")
    assert (page.status, page.headers["Retry-After"]) == (429, "60")
    assert "しばらく待ってから、もう一度お試しください。" in page.text


async def test_the_menu_greets_by_nickname_and_shows_the_last_login(
    logged_in: Browser, services: Services
) -> None:
    """T15, M1, X36: escaped, Japanese time."""
    page = await logged_in.get("/menu")
    assert "<h1>お客様メニューリスト</h1>" in page.text
    assert "&lt;そら&gt; 様" in page.text
    assert "2026年11月23日（月） 8時05分" in page.text
    assert 'href="/charges"' in page.text


async def test_a_session_that_ended_leads_to_the_login_with_the_reason(
    logged_in: Browser, services: Services
) -> None:
    """G18; the browser forgets its token."""
    services.refuse(ShowSession, Identity.SESSION_ENDED)
    assert (await logged_in.get("/menu")).headers["Location"] == "/login"
    assert "sid" not in logged_in.cookies()
    assert "ログインの有効時間が過ぎました。" in (await logged_in.get("/login")).text


async def test_logging_out_takes_the_session_away(logged_in: Browser, services: Services) -> None:
    """M1: even while identity cannot be told."""
    answer = await logged_in.post("/logout")
    assert answer.headers["Location"] == "/login"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "sid" not in logged_in.cookies()


@pytest.mark.parametrize("path", ["/menu", "/charges", "/charges/2026-10"])
async def test_without_a_session_every_page_behind_the_login_leads_to_it(
    browser: Browser, services: Services, path: str
) -> None:
    """And no service is asked."""
    assert (await browser.get(path)).headers["Location"] == "/login"
    assert services.asked == []


async def test_activating_gives_this_browser_one_login_without_typing(
    browser: Browser, services: Services
) -> None:
    """T20, T22."""
    services.answer(ShowActivation, ActivationShown(activation_deadline=None))
    services.answer(Activate, Activated(account_id=AccountId("taro-01"), login_proof="signed"))
    services.answer(LogInWithProof, SESSION)
    await open_link(browser)
    assert "<h1>メール受信確認</h1>" in (await browser.get("/activate")).text
    assert (await browser.post("/activate", password="x")).headers["Location"] == "/activate/done"
    assert "<h1>本登録が完了しました。</h1>" in (await browser.get("/activate/done")).text
    assert (await browser.post("/login/continue")).headers["Location"] == "/menu"
    assert (await browser.post("/login/continue")).headers["Location"] == "/login"
    assert len(services.were_asked(LogInWithProof)) == 1


async def test_while_the_account_is_not_ready_the_ticket_is_kept_for_another_try(
    browser: Browser, services: Services
) -> None:
    """Identity may hear of the activation a moment later."""
    services.answer(Activate, Activated(account_id=AccountId("taro-01"), login_proof="signed"))
    services.refuse(LogInWithProof, Identity.ACCOUNT_NOT_READY)
    await open_link(browser)
    await browser.post("/activate", password="x")
    assert (await browser.post("/login/continue")).headers["Location"] == "/login/preparing"
    assert "準備しています" in (await browser.get("/login/preparing")).text
    services.answer(LogInWithProof, SESSION)
    assert (await browser.post("/login/continue")).headers["Location"] == "/menu"


async def test_a_spent_ticket_leads_to_the_login_with_the_id_filled_in(
    browser: Browser, services: Services
) -> None:
    """S6-1."""
    services.answer(Activate, Activated(account_id=AccountId("taro-01"), login_proof="signed"))
    services.refuse(LogInWithProof, Identity.LOGIN_PROOF_SPENT)
    await open_link(browser)
    await browser.post("/activate", password="x")
    assert (await browser.post("/login/continue")).headers["Location"] == "/login"
    assert 'value="taro-01"' in (await browser.get("/login")).text


async def test_a_wrong_password_at_the_link_is_told_beside_the_field(
    browser: Browser, services: Services
) -> None:
    """S5-3; the account ID is not shown in a browser that did not register (X23)."""
    services.refuse(Activate, Registration.PASSWORD_MISMATCH)
    await open_link(browser)
    page = await browser.post("/activate", password="x")
    assert page.status == 422
    assert "パスワードが違います。仮登録のときに設定したパスワードを入力してください。" in page.text
    assert "アカウントID" not in page.text


@pytest.mark.parametrize(
    ("code", "status", "heading"),
    [
        (Registration.ACTIVATION_EXPIRED, 410, "本登録の期限が切れました"),
        (Registration.ACTIVATION_SUPERSEDED, 410, "新しいメールをお送りしています"),
        (Registration.ALREADY_ACTIVATED, 410, "本登録は完了しています"),
        (Registration.ACTIVATION_UNKNOWN, 404, "本登録手続きURLを確認できません"),
    ],
)
async def test_a_link_that_no_longer_works_says_why(
    browser: Browser, services: Services, code: str, status: int, heading: str
) -> None:
    """S5-5: when it is opened and when the password is sent."""
    services.refuse(ShowActivation, code)
    services.refuse(Activate, code)
    await open_link(browser)
    for page in (await browser.get("/activate"), await browser.post("/activate", password="x")):
        assert (page.status, f"<h1>{heading}</h1>" in page.text) == (status, True)


@pytest.mark.parametrize("token", ["x", "a" * 42, "a" * 44, "a" * 42 + "!"])
async def test_an_address_that_holds_no_token_of_ours_is_unknown(
    browser: Browser, services: Services, token: str
) -> None:
    """And nobody is asked about it."""
    assert (await browser.get(f"/activate/{token}")).status == 404
    assert services.asked == []


async def test_opening_the_link_asks_nothing_and_changes_nothing(
    browser: Browser, services: Services
) -> None:
    """S5-1, X21: mail scanners open it many times."""
    for _ in range(5):
        await open_link(browser)
    assert services.asked == []
