"""メールアドレスとパスワードの再設定 with a code of the desk: the page."""

from __future__ import annotations

import re

import pytest
from support.scripted_services import Browser, Services

from messages.enrolment import AccessRenewed, RefusalCode, RenewAccess
from messages.recovery import RefusalCode as Recovery
from messages.values import AccountId

TYPED = {
    "customer_number": "0102030",
    "phone_number": "0748-66-0739",
    "holder_kana": "アイコム　タロウ",
    "enrolment_code": "０１２３ 4567-8901-2345",
    "email_address": "neu@example.jp",
    "password": "Zyxwvu98",
}


def form_key(page: str) -> str:
    """Of the form on the page."""
    found = re.search('name="form_key" value="([^"]+)"', page)
    assert found
    return found[1]


async def test_the_page_asks_for_proof_code_address_and_password(browser: Browser) -> None:
    """It asks no service, so that it opens while all are away."""
    page = await browser.get("/recover/code")
    assert page.status == 200
    for field in TYPED:
        assert f'name="{field}"' in page.text


async def test_a_password_that_identity_refuses_is_said_beside_its_field(
    browser: Browser, services: Services
) -> None:
    """S2-8: what only identity can know. Everything else stays as typed."""
    services.refuse(RenewAccess, Recovery.PASSWORD_NOT_ACCEPTED)
    page = await browser.post("/recover/code", **TYPED)
    assert page.status == 422
    assert re.search(r'id="password"[^>]*aria-invalid="true"', page.text)
    assert "推測されやすいため使えません。" in page.text
    assert f'value="{TYPED["enrolment_code"]}"' in page.text
    assert TYPED["password"] not in page.text


async def test_what_is_right_leads_to_the_log_in_with_the_id_filled_in(
    browser: Browser, services: Services
) -> None:
    """And a sentence says what to do. The same form again has the same key."""
    services.answer(RenewAccess, AccessRenewed(account_id=AccountId("Taro-01")))
    key = form_key((await browser.get("/recover/code")).text)
    for _ in range(2):
        done = await browser.post("/recover/code", form_key=key, **TYPED)
        assert (done.status, done.headers["Location"]) == (303, "/login")
    page = (await browser.get("/login")).text
    assert "メールアドレスとパスワードを設定しました。" in page
    assert 'value="Taro-01"' in page
    assert {str(asked.form_key) for asked in services.were_asked(RenewAccess)} == {key}


@pytest.mark.parametrize(
    ("code", "retry", "status", "words"),
    [
        (RefusalCode.ENROLMENT_REFUSED, None, 422, "入力された内容を確認できませんでした。"),
        (RefusalCode.TOO_MANY_ENROLMENTS, 300, 429, "目安は約5分後です。"),
    ],
)
async def test_a_refusal_keeps_what_was_typed_but_the_password(
    browser: Browser, services: Services, code: RefusalCode, retry: int | None, status: int, words: str
) -> None:
    """One sentence, and the number to call."""
    services.refuse(RenewAccess, code, retry_after_seconds=retry)
    page = await browser.post("/recover/code", **TYPED)
    assert page.status == status
    assert words in page.text
    for field in ("customer_number", "enrolment_code", "email_address"):
        assert f'value="{TYPED[field]}"' in page.text
    assert TYPED["password"] not in page.text


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("enrolment_code", "", "登録コードを入力してください。"),
        ("enrolment_code", "123456789012345", "登録コードは16桁の数字で入力してください。"),
        ("enrolment_code", "12345678901234567", "登録コードは16桁の数字で入力してください。"),
        ("enrolment_code", "一二三四五六七八九十一二三四五六", "登録コードは16桁の数字で入力してください。"),
        ("customer_number", "", "お客様番号を入力してください。"),
        ("email_address", "neu", "メールアドレスは「name@example.jp」の形で入力してください。"),
        ("password", "short", "パスワードは8文字以上16文字以内で入力してください。"),
        ("password", "Abcd1234", "推測されやすいため使えません。"),
    ],
)
async def test_what_cannot_be_right_is_said_beside_its_field(
    browser: Browser, services: Services, field: str, typed: str, words: str
) -> None:
    """Before anybody is asked."""
    page = await browser.post("/recover/code", **{**TYPED, field: typed})
    assert page.status == 422
    assert words in page.text
    assert f'id="{field}-error"' in page.text
    assert services.were_asked(RenewAccess) == []
