"""初期情報: step 2, and [IDチェック]."""

from __future__ import annotations

import json

import pytest
from support.registration_steps import DETAILS, up_to_step_2, up_to_step_3
from support.scripted_services import Browser, Services

from messages.registration import (
    AccountIdChecked,
    CheckAccountId,
)


async def test_going_back_shows_everything_and_the_password_may_stay_empty(
    browser: Browser, willing: Services
) -> None:
    """S3-3."""
    mark = await up_to_step_3(browser)
    page = await browser.get("/register/account")
    assert all(
        f'value="{DETAILS[name]}"' in page.text for name in ("account_id", "email_address", "nickname")
    )
    assert "入力済みです。変更する場合だけ入力してください。" in page.text
    answer = await browser.post(
        "/register/account", **(DETAILS | {"password": "", "nickname": "うみ"}), draft=mark, action="confirm"
    )
    assert answer.headers["Location"] == "/register/confirm"
    assert "うみ" in (await browser.get("/register/confirm")).text


@pytest.mark.parametrize(
    ("free", "status", "words"), [(True, 200, "使用できます"), (False, 422, "使用できません")]
)
async def test_the_id_check_works_without_javascript_and_with_it(
    browser: Browser, willing: Services, free: bool, status: int, words: str
) -> None:
    """T12, S2-3: the same words; what else was typed stays."""
    willing.answer(CheckAccountId, AccountIdChecked(available=free))
    mark = await up_to_step_2(browser)
    page = await browser.post("/register/account", **DETAILS, draft=mark, action="check")
    assert page.status == status
    assert words in page.text
    assert 'value="sora@example.jp"' in page.text
    fetched = json.loads((await browser.post("/api/account-id", account_id="taro-01")).text)
    assert fetched["available"] is free
    assert words in fetched["text"]


async def test_the_id_check_answers_nobody_without_a_proof(browser: Browser, services: Services) -> None:
    """X7: no public oracle."""
    assert (await browser.post("/api/account-id", account_id="taro-01")).status == 403
    assert services.asked == []
