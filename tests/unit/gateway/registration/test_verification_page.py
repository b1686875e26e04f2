"""認証情報: step 1, and the way back to it."""

from __future__ import annotations

import pytest
from support.registration_steps import DETAILS, HOLDER
from support.scripted_services import Browser, Services

from messages.identity import RefusalCode as Identity
from messages.identity import VerifyContract


@pytest.mark.parametrize("path", ["/register/account", "/register/confirm"])
async def test_without_a_proof_later_steps_lead_to_step_1_with_an_explanation(
    browser: Browser, services: Services, path: str
) -> None:
    """T10, S2-1, X5: by GET and by POST, and no service is asked."""
    for answer in (await browser.get(path), await browser.post(path, **DETAILS, draft="x")):
        assert (answer.status, answer.headers["Location"]) == (303, "/register")
    assert "認証が済んでいないか" in (await browser.get("/register")).text
    assert "認証が済んでいないか" not in (await browser.get("/register")).text
    assert services.asked == []


async def test_every_mismatch_gives_the_manuals_sentence_and_marks_no_field(
    browser: Browser, services: Services
) -> None:
    """T8, S1-7; T9 from the second failure on."""
    services.refuse(VerifyContract, Identity.CONTRACT_MISMATCH)
    first = await browser.post("/register", **HOLDER)
    assert first.status == 422
    assert "入力された内容が契約者情報と一致しません。もう一度お手元の登録書をご確認ください。" in first.text
    assert "aria-invalid" not in first.text
    assert "再入力をお試しいただいても" not in first.text
    assert all(f'value="{typed}"' in first.text for typed in HOLDER.values())
    assert "再入力をお試しいただいても" in (await browser.post("/register", **HOLDER)).text


async def test_field_problems_are_wired_for_screen_readers(browser: Browser) -> None:
    """G2 to G5: title, summary with links, message beside the field, and the attributes that tie them
    together.
    """
    page = await browser.post("/register", **(HOLDER | {"phone_number": "abc"}))
    assert page.status == 422
    assert "<title>エラー：初回会員登録（認証情報）（1/6）｜" in page.text
    assert '<a href="#phone_number">電話番号は数字で入力してください。</a>' in page.text
    assert (
        '<p class="problem" id="phone_number-error"><span>エラー：</span>'
        "電話番号は数字で入力してください。</p>" in page.text
    )
    assert 'aria-invalid="true" aria-describedby="phone_number-error phone_number-hint"' in page.text


async def test_too_many_proofs_are_answered_429_with_how_long_to_wait(
    browser: Browser, services: Services
) -> None:
    """S1-8, E2."""
    services.refuse(VerifyContract, Identity.TOO_MANY_PROOFS, retry_after_seconds=600)
    page = await browser.post("/register", **HOLDER)
    assert (page.status, page.headers["Retry-After"]) == (429, "600")
    assert "約10分後" in page.text


async def test_a_registered_contract_leads_to_the_page_that_says_so(
    browser: Browser, services: Services
) -> None:
    """Q11, S1-9."""
    services.refuse(VerifyContract, Identity.CONTRACT_ALREADY_REGISTERED)
    answer = await browser.post("/register", **HOLDER)
    assert answer.headers["Location"] == "/register/already"
    assert "このご契約はすでに登録されています" in (await browser.get("/register/already")).text
