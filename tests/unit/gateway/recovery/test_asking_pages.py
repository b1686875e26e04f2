"""アカウントIDやパスワードを忘れた方: two forms and an answer that tells nothing (X37)."""

from __future__ import annotations

import re

import pytest
from support.scripted_services import Browser, Services

from chassis.messaging.refusal import Refusal
from messages.recovery import AskForAccountIds, AskForPasswordReset, RecoveryAsked, RefusalCode

FORMS = {
    "/recover/password": (AskForPasswordReset, {"account": "taro-01", "email_address": "taro@example.jp"}),
    "/recover/account-id": (AskForAccountIds, {"email_address": "taro@example.jp"}),
}
each_form = pytest.mark.parametrize("path", FORMS)


@pytest.fixture(autouse=True)
def willing(services: Services) -> None:
    """Identity answers as it always does."""
    for request, _ in FORMS.values():
        services.answer(request, RecoveryAsked())


async def test_the_log_in_page_leads_to_both_forms(browser: Browser) -> None:
    """Below its two cards, which stay as they are."""
    login = (await browser.get("/login")).text
    assert '<a href="/recover">アカウントIDやパスワードを忘れた方</a>' in login
    chosen = (await browser.get("/recover")).text
    assert all(f'href="{path}"' in chosen for path in FORMS)


@each_form
async def test_asking_leads_to_a_page_that_tells_nothing(
    browser: Browser, services: Services, path: str
) -> None:
    """G17; nothing that was typed stands there or travels in clear."""
    request, fields = FORMS[path]
    form = (await browser.get(path)).text
    key = re.search('name="form_key" value="([^"]+)"', form)
    assert key
    answer = await browser.post(path, form_key=key[1], **fields)
    assert (answer.status, answer.headers["Location"]) == (303, f"{path}/sent")
    page = await browser.get(f"{path}/sent")
    assert page.status == 200
    assert "taro" not in page.text
    [asked] = services.were_asked(request)
    assert str(asked.form_key) == key[1]
    assert "taro" not in asked.model_dump_json()


@each_form
async def test_each_form_has_a_key_of_its_own(browser: Browser, path: str) -> None:
    """Else a second try would be taken for a double click."""
    keys = {re.findall('name="form_key" value="([^"]+)"', (await browser.get(path)).text)[0] for _ in "12"}
    assert len(keys) == 2


@pytest.mark.parametrize("key", ["", "x", "0" * 5000, "' OR true"])
async def test_a_form_without_a_sound_key_is_taken_all_the_same(
    browser: Browser, services: Services, key: str
) -> None:
    """It was not made by us; it gets no special answer."""
    answer = await browser.post("/recover/account-id", form_key=key, email_address="taro@example.jp")
    assert answer.status == 303
    assert len(services.were_asked(AskForAccountIds)) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            {"account": "", "email_address": "taro@example.jp"},
            "お客様番号またはアカウントIDを入力してください。",
        ),
        (
            {"account": " 　", "email_address": "taro@example.jp"},
            "お客様番号またはアカウントIDを入力してください。",
        ),
        ({"account": "taro-01", "email_address": ""}, "メールアドレスを入力してください。"),
        (
            {"account": "taro-01", "email_address": "taro"},
            "メールアドレスは「name@example.jp」の形で入力してください。",
        ),
        (
            {"account": "taro-01", "email_address": "taro@example.jp\r\nBcc: x@example.jp"},
            "メールアドレスは「name@example.jp」の形で入力してください。",
        ),
    ],
)
async def test_what_cannot_be_is_said_beside_the_field_and_kept(
    browser: Browser, services: Services, typed: dict[str, str], sentence: str
) -> None:
    """G3 to G5; nobody is asked."""
    page = await browser.post("/recover/password", **typed)
    assert page.status == 422
    assert page.text.count(f">{sentence}</a>") == page.text.count(f"</span>{sentence}</p>") == 1
    assert all(f'value="{value}"' in page.text for value in typed.values() if value and "\r" not in value)
    assert not services.were_asked(AskForPasswordReset)


@each_form
async def test_too_many_are_told_to_wait_and_keep_what_they_typed(
    browser: Browser, services: Services, path: str
) -> None:
    """An honest wait, the same for an account that does not exist."""
    request, fields = FORMS[path]
    services.refuse(request, RefusalCode.TOO_MANY_RECOVERIES, retry_after_seconds=610)
    page = await browser.post(path, **fields)
    assert (page.status, page.headers["Retry-After"]) == (429, "610")
    assert "約11分後" in page.text
    assert 'value="taro@example.jp"' in page.text


@each_form
async def test_identity_away_is_a_page_of_ours(browser: Browser, services: Services, path: str) -> None:
    """And no word of success."""
    request, fields = FORMS[path]

    def away(_: object) -> RecoveryAsked:
        raise Refusal("identity.of_a_later_release")

    services.says[request] = away
    page = await browser.post(path, **fields)
    assert page.status == 422
    assert "<h1>" in page.text
