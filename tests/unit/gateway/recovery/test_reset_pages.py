"""新しいパスワードの設定: the link in the mail, and what a browser may do with it (S5-1, S5-5, X21, X22)."""

from __future__ import annotations

import secrets

import pytest
from support.scripted_services import SESSION, Browser, Services, StartPortal

from chassis.security.tokens import token_hash
from messages.identity import LoggedOut, LogIn, LogOut, ShowSession
from messages.recovery import (
    PasswordResetShown,
    PasswordWasReset,
    RefusalCode,
    ResetPassword,
    ShowPasswordReset,
)
from messages.values import AccountId

TARO = AccountId("taro-01")
NEW = "Zyxwvu98"


@pytest.fixture(autouse=True)
def alive(services: Services) -> None:
    """The link works."""
    services.answer(ShowPasswordReset, PasswordResetShown(account_id=TARO))
    services.answer(ResetPassword, PasswordWasReset(account_id=TARO))


async def open_link(browser: Browser, token: str | None = None) -> str:
    """Comes from the mail."""
    token = token or secrets.token_urlsafe(32)
    answer = await browser.get(f"/reset/{token}")
    assert (answer.status, answer.headers["Location"]) == (303, "/reset")
    return token


async def test_the_whole_way(browser: Browser, services: Services) -> None:
    """Link, form, done; nobody is logged in by it."""
    token = await open_link(browser)
    assert not services.asked  # S5-1: opening asks nobody anything
    form = (await browser.get("/reset")).text
    assert '<strong id="shown-account-id">taro-01</strong>' in form
    assert 'autocomplete="username"' in form
    assert token not in form
    answer = await browser.post("/reset", new_password=NEW)
    assert (answer.status, answer.headers["Location"]) == (303, "/reset/done")
    done = (await browser.get("/reset/done")).text
    assert "<h1>パスワードを変更しました。</h1>" in done
    assert 'href="/login"' in done
    assert "sid" not in browser.cookies()
    [asked] = services.were_asked(ResetPassword)
    assert asked.reset_token_hash == token_hash(token)
    assert NEW not in asked.model_dump_json()


async def test_the_token_leaves_the_address_and_is_not_told_to_others(browser: Browser) -> None:
    """X22."""
    answer = await browser.get(f"/reset/{secrets.token_urlsafe(32)}")
    assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("no-referrer", "no-store")


@pytest.mark.parametrize("token", ["x", "x" * 42, "x" * 44, "%00" * 43, "あ" * 43, "x" * 42 + "%"])
async def test_what_cannot_be_a_token_is_an_unknown_link(
    browser: Browser, services: Services, token: str
) -> None:
    """Nobody is asked."""
    page = await browser.get(f"/reset/{token}")
    assert page.status == 404
    assert "パスワード再設定URLを確認できません" in page.text
    assert not services.asked


ENDS = [
    (RefusalCode.RESET_UNKNOWN, 404, "パスワード再設定URLを確認できません"),
    (RefusalCode.RESET_EXPIRED, 410, "パスワード再設定URLの期限が切れました"),
    (RefusalCode.RESET_SUPERSEDED, 410, "より新しいメールのURLを開いてください"),
    (RefusalCode.RESET_USED, 410, "パスワードの再設定は完了しています"),
]


@pytest.mark.parametrize(("code", "status", "heading"), ENDS)
async def test_a_dead_link_says_why(
    browser: Browser, services: Services, code: str, status: int, heading: str
) -> None:
    """S5-5: when it is opened and when the password is sent, a wrong one, too."""
    services.refuse(ShowPasswordReset, code)
    services.refuse(ResetPassword, code)
    await open_link(browser)
    for page in (
        await browser.get("/reset"),
        await browser.post("/reset", new_password=NEW),
        await browser.post("/reset", new_password="x"),
    ):
        assert (page.status, f"<h1>{heading}</h1>" in page.text) == (status, True)


@pytest.mark.parametrize(
    ("code", "first"),
    [
        (RefusalCode.RESET_EXPIRED, "/recover/password"),
        (RefusalCode.RESET_USED, "/login"),
        (RefusalCode.RESET_SUPERSEDED, "/recover/password"),
        (RefusalCode.RESET_UNKNOWN, "/recover/password"),
    ],
)
async def test_the_right_next_step_comes_first(
    browser: Browser, services: Services, code: str, first: str
) -> None:
    """Where a mail is to be opened, no button stands before that."""
    services.refuse(ShowPasswordReset, code)
    await open_link(browser)
    page = (await browser.get("/reset")).text
    main = page[page.index("<main") : page.index("</main>")]
    assert main[main.index("href=") :].startswith(f'href="{first}"')
    assert ('class="button main"' in main) is (code in (RefusalCode.RESET_EXPIRED, RefusalCode.RESET_USED))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "新しいパスワードを入力してください。"),
        ("Ａｂｃｄｅｆ１２", "全角の文字が入っています。パスワードは半角で入力してください。"),
        ("Zyxwvu98 ", "パスワードの前後に空白が入っています。空白を除いて入力してください。"),
        ("Zyx98", "パスワードは8文字以上16文字以内で入力してください。"),
        ("Zyxwvu9!", "パスワードは半角の英字と数字で入力してください。"),
        ("zyxwvuts", "パスワードは大文字・小文字・数字のうち2種類以上を使ってください。"),
        ("Password1", "推測されやすいため使えません。別のパスワードを入力してください。"),
        ("aicom2026", "推測されやすいため使えません。別のパスワードを入力してください。"),
    ],
)
async def test_a_password_that_does_not_follow_the_rules_is_told_beside_its_field(
    browser: Browser, services: Services, typed: str, sentence: str
) -> None:
    """S2-6: and never shown again."""
    await open_link(browser)
    page = await browser.post("/reset", new_password=typed)
    assert page.status == 422
    assert page.text.count(sentence) == 2
    assert 'href="#new_password"' in page.text
    assert not typed or f'value="{typed}"' not in page.text
    assert not services.were_asked(ResetPassword)


async def test_a_password_that_only_identity_knows_to_be_bad_is_told_in_the_same_place(
    browser: Browser, services: Services
) -> None:
    """S2-8: it resembles what stands in the account."""
    services.refuse(ResetPassword, RefusalCode.PASSWORD_NOT_ACCEPTED)
    await open_link(browser)
    page = await browser.post("/reset", new_password=NEW)
    assert page.status == 422
    assert 'href="#new_password"' in page.text


async def test_a_double_click_sees_the_done_page_twice(browser: Browser, services: Services) -> None:
    """Both presses name the same browser; so does one that comes later, and identity judges it."""
    await open_link(browser)
    for _ in range(2):
        assert (await browser.post("/reset", new_password=NEW)).headers["Location"] == "/reset/done"
    browsers = {asked.browser_token_hash for asked in services.were_asked(ResetPassword)}
    assert len(browsers) == 1


async def test_going_back_leads_to_the_done_page(browser: Browser) -> None:
    """And opening the link in the mail once more."""
    token = await open_link(browser)
    await browser.post("/reset", new_password=NEW)
    assert (await browser.get("/reset")).headers["Location"] == "/reset/done"
    await open_link(browser, token)
    assert (await browser.get("/reset")).headers["Location"] == "/reset/done"
    await open_link(browser)  # another mail's
    assert (await browser.get("/reset")).status == 200


async def test_whoever_was_logged_in_in_this_browser_is_not_any_more(
    logged_in: Browser, services: Services
) -> None:
    """Another customer at a shared computer, perhaps: he is told before, and his session ends for good."""
    services.answer(LogOut, LoggedOut())
    await open_link(logged_in)
    assert (
        "このブラウザでログインしているアカウントも、ログアウトします。"
        in (await logged_in.get("/reset")).text
    )
    assert not services.were_asked(LogOut)
    session = token_hash(logged_in.cookies()["sid"])
    await logged_in.post("/reset", new_password=NEW)
    assert [asked.session_token_hash for asked in services.were_asked(LogOut)] == [session]
    assert not logged_in.cookies().get("sid")


async def test_what_was_typed_in_this_browser_before_is_dropped(browser: Browser, services: Services) -> None:
    """X32: a ticket, a draft, a wanted page."""
    services.refuse(ShowSession, "identity.session_ended")
    await browser.get(f"/activate/{secrets.token_urlsafe(32)}")
    assert browser.cookies().get("activation")
    await open_link(browser)
    await browser.post("/reset", new_password=NEW)
    assert not browser.cookies().get("activation")


async def test_logging_in_drops_what_the_link_left(browser: Browser, services: Services) -> None:
    """The next one at this computer finds nothing of it."""
    services.answer(LogIn, SESSION)
    await open_link(browser)
    await browser.post("/reset", new_password=NEW)
    await browser.post("/login", account_id="taro-01", password=NEW)
    assert not {name for name, value in browser.cookies().items() if name.startswith("reset") and value}


async def test_the_done_page_is_for_who_did_it(browser: Browser) -> None:
    """Anybody else finds the log-in."""
    assert (await browser.get("/reset/done")).headers["Location"] == "/login"


async def test_without_a_link_there_is_nothing_to_set(browser: Browser, services: Services) -> None:
    """A browser that refuses cookies is told so."""
    page = await browser.get("/reset")
    assert page.status == 404
    assert "<h1>メールのURLを開き直してください</h1>" in page.text
    await browser.get("/login")
    for page in (await browser.get("/reset"), await browser.post("/reset", new_password=NEW)):
        assert page.status == 404
        assert "<h1>パスワード再設定URLを確認できません</h1>" in page.text
    assert not services.were_asked(ResetPassword)


async def test_by_the_other_policy_the_hint_says_so(start_portal: StartPortal, services: Services) -> None:
    """Q7: one rule for every form that sets a password."""
    browser = await start_portal(services.bus, password_policy="nist")
    await open_link(browser)
    assert "15～64文字" in (await browser.get("/reset")).text
    assert (await browser.post("/reset", new_password="Zyx wvu 9! in a sentence")).status == 303
