"""メールアドレスの変更: the form, the link of the mail, and the link that takes it back."""

from __future__ import annotations

import re

import pytest
from support.scripted_services import SESSION, Browser, Services

from chassis.security.tokens import token_hash
from messages.account_settings import (
    AddressChangeAsked,
    AddressChanged,
    AddressChangeShown,
    AddressChangeUndone,
    AskAddressChange,
    ConfirmAddressChange,
    RefusalCode,
    ShowAddressChange,
    UndoAddressChange,
)
from messages.identity import LogIn, ShowSession
from messages.identity import RefusalCode as IdentityCode

TOKEN = "a" * 43
NEW = "new@example.jp"
ASKED = AddressChangeAsked(expires_at=SESSION.ends_at)


async def test_the_wish_is_sent_and_the_page_says_where_the_mail_went(
    logged_in: Browser, services: Services
) -> None:
    """In full: a slip of the finger is seen. Nobody on the way reads address or password."""
    services.answer(AskAddressChange, ASKED)
    answer = await logged_in.post("/settings/address", email_address="ｎｅｗ@example.jp", password="Abcdef12")
    assert (answer.status, answer.headers["Location"]) == (303, "/settings/address/sent")
    page = await logged_in.get("/settings/address/sent")
    assert NEW in page.text
    [asked] = services.were_asked(AskAddressChange)
    assert asked.form_key is not None
    assert NEW not in asked.model_dump_json()
    assert "Abcdef12" not in asked.model_dump_json()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, ["メールアドレスを入力してください。", "パスワードを入力してください。"]),
        ({"email_address": NEW}, ["パスワードを入力してください。"]),
        (
            {"email_address": "new", "password": "x"},
            ["「name@example.jp」の形で入力してください。"],
        ),
        ({"email_address": "a..b@docomo.ne.jp", "password": "x"}, ["メールを届けられません"]),
    ],
    ids=range(4),
)
async def test_what_is_wrong_is_said_at_once_and_the_address_stays(
    logged_in: Browser, services: Services, typed: dict[str, str], said: list[str]
) -> None:
    """G3, G4; the password is never shown again."""
    page = await logged_in.post("/settings/address", **typed)
    assert page.status == 422
    for sentence in said:
        assert page.text.count(sentence) == 2
    assert f'value="{typed.get("email_address", "")}"' in page.text
    assert services.were_asked(AskAddressChange) == []


@pytest.mark.parametrize(
    ("code", "wait", "status", "field"),
    [
        (RefusalCode.WRONG_PASSWORD, None, 422, "#password"),
        (RefusalCode.TOO_MANY_PASSWORDS, 600, 429, "#password"),
        (RefusalCode.TOO_MANY_ADDRESS_CHANGES, 3000, 429, None),
    ],
)
async def test_a_refusal_keeps_what_was_typed(
    logged_in: Browser, services: Services, code: str, wait: int | None, status: int, field: str | None
) -> None:
    """L3: but for the password."""
    services.refuse(AskAddressChange, code, retry_after_seconds=wait)
    page = await logged_in.post("/settings/address", email_address=NEW, password="Wrong-12")
    assert page.status == status
    assert f'value="{NEW}"' in page.text
    assert "Wrong-12" not in page.text
    assert (page.headers.get("Retry-After") == str(wait)) == (wait is not None)
    summary = page.text[page.text.index('id="error-summary"') : page.text.index("<h1>")]
    assert (f'href="{field}"' in summary) == (field is not None)


async def test_the_sent_page_is_only_for_who_asked(logged_in: Browser) -> None:
    """Another browser learns no address."""
    assert (await logged_in.get("/settings/address/sent")).headers["Location"] == "/settings/address"


async def test_the_link_moves_its_token_out_of_the_address_and_asks_nobody(
    browser: Browser, services: Services
) -> None:
    """S5-1, X21, X22; whoever is not logged in is led to the log-in and back."""
    for _ in range(3):
        answer = await browser.get(f"/settings/address/{TOKEN}")
        assert (answer.status, answer.headers["Location"]) == (303, "/settings/address/confirm")
    assert services.asked == []
    assert (await browser.get("/settings/address/confirm")).headers["Location"] == "/login"
    services.answer(LogIn, SESSION)
    services.answer(ShowSession, SESSION)
    arrived = await browser.post("/login", account_id="taro-01", password="x")
    assert arrived.headers["Location"] == "/settings/address/confirm"


async def test_the_last_press_changes_it(logged_in: Browser, services: Services) -> None:
    """G17; the settings say that it is done."""
    services.answer(ShowAddressChange, AddressChangeShown())
    services.answer(ConfirmAddressChange, AddressChanged())
    await logged_in.get(f"/settings/address/{TOKEN}")
    page = await logged_in.get("/settings/address/confirm")
    assert re.search(r'<form method="post" action="/settings/address/confirm"', page.text)
    assert TOKEN not in page.text
    answer = await logged_in.post("/settings/address/confirm")
    assert answer.headers["Location"] == "/settings"
    assert "メールアドレスを変更しました。" in (await logged_in.get("/settings")).text
    assert [each.link_token_hash for each in services.were_asked(ConfirmAddressChange)] == [token_hash(TOKEN)]


@pytest.mark.parametrize(
    ("code", "status", "heading"),
    [
        (RefusalCode.ADDRESS_LINK_UNKNOWN, 404, "URLを確認できません"),
        (RefusalCode.ADDRESS_LINK_OF_ANOTHER, 403, "ほかのアカウントのURLです"),
        (RefusalCode.ADDRESS_LINK_USED, 410, "変更は完了しています"),
        (RefusalCode.ADDRESS_LINK_SUPERSEDED, 410, "新しいメールをお送りしています"),
        (RefusalCode.ADDRESS_LINK_EXPIRED, 410, "URLの有効期限が切れました"),
    ],
)
async def test_each_dead_link_has_its_own_page(
    logged_in: Browser, services: Services, code: str, status: int, heading: str
) -> None:
    """Opened and pressed alike; the next step is the settings."""
    services.refuse(ShowAddressChange, code)
    services.refuse(ConfirmAddressChange, code)
    await logged_in.get(f"/settings/address/{TOKEN}")
    for page in (
        await logged_in.get("/settings/address/confirm"),
        await logged_in.post("/settings/address/confirm"),
    ):
        assert page.status == status
        assert f"<h1>{heading}</h1>" in page.text
        assert 'href="/settings">設定を開く' in page.text


@pytest.mark.parametrize("path", ["/settings/address/cut", "/settings/address/confirm", "/address-undo/cut"])
async def test_a_link_without_its_token_is_unknown(logged_in: Browser, path: str) -> None:
    """Cut by a mail program, or opened without its mail."""
    assert (await logged_in.get(path)).status == 404


async def test_a_session_that_ended_before_the_last_press_comes_back_to_it(
    logged_in: Browser, services: Services
) -> None:
    """G18."""
    await logged_in.get(f"/settings/address/{TOKEN}")
    services.refuse(ConfirmAddressChange, IdentityCode.SESSION_ENDED)
    assert (await logged_in.post("/settings/address/confirm")).headers["Location"] == "/login"
    assert 'name="wanted" value="/settings/address/confirm"' in (await logged_in.get("/login")).text


async def test_the_old_mailbox_takes_it_back_without_a_log_in(browser: Browser, services: Services) -> None:
    """X38; opening the link asks nobody (X21)."""
    services.answer(UndoAddressChange, AddressChangeUndone())
    assert (await browser.get(f"/address-undo/{TOKEN}")).headers["Location"] == "/address-undo"
    page = await browser.get("/address-undo")
    assert "元に戻す</button>" in page.text
    assert services.asked == []
    assert (await browser.post("/address-undo")).headers["Location"] == "/address-undo/done"
    assert "メールアドレスを元に戻しました" in (await browser.get("/address-undo/done")).text
    assert [each.undo_token_hash for each in services.were_asked(UndoAddressChange)] == [token_hash(TOKEN)]


@pytest.mark.parametrize(
    ("code", "status", "heading"),
    [
        (RefusalCode.UNDO_LINK_UNKNOWN, 404, "URLを確認できません"),
        (RefusalCode.UNDO_LINK_USED, 410, "すでに元に戻っています"),
        (RefusalCode.UNDO_LINK_EXPIRED, 410, "元に戻せる期限が過ぎました"),
    ],
)
async def test_each_undo_link_that_does_nothing_says_why(
    browser: Browser, services: Services, code: str, status: int, heading: str
) -> None:
    """With the telephone of the page's foot at hand."""
    services.refuse(UndoAddressChange, code)
    await browser.get(f"/address-undo/{TOKEN}")
    page = await browser.post("/address-undo")
    assert page.status == status
    assert f"<h1>{heading}</h1>" in page.text
