"""初回会員登録, page by page: what is kept, what is asked, where each answer leads."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from unit.gateway.scripted_services import Answer, Browser, Services

from messages.identity import ContractVerified, VerifyContract
from messages.identity import RefusalCode as Identity
from messages.registration import (
    AccountIdChecked,
    CheckAccountId,
    ProvisionalAccountShown,
    ProvisionalRegistrationAccepted,
    ProvisionalState,
    RegisterProvisionally,
    ShowProvisionalAccount,
)
from messages.registration import RefusalCode as Registration

HOLDER = {"customer_number": "0010-2030", "phone_number": "0748-66-0739", "holder_kana": "ｱｲｺﾑ ﾀﾛｳ"}
PASSWORD = "kirakiraBoshi7"
DETAILS = {
    "account_id": "taro-01",
    "password": PASSWORD,
    "email_address": "sora@example.jp",
    "nickname": "そら",
}


@pytest.fixture
def willing(services: Services) -> Services:
    """Services that say yes to everything in a registration."""
    services.answer(VerifyContract, ContractVerified(verification_proof="signed"))
    services.answer(CheckAccountId, AccountIdChecked(available=True))
    services.says[RegisterProvisionally] = lambda request: ProvisionalRegistrationAccepted(
        registration_key=request.registration_key
    )
    shown = ProvisionalAccountShown(
        state=ProvisionalState.MAIL_SENT, activation_deadline=datetime(2026, 11, 24, 1, 25, tzinfo=UTC)
    )
    services.answer(ShowProvisionalAccount, shown)
    return services


async def up_to_step_2(browser: Browser) -> str:
    """Passes step 1; gives the mark that the form of step 2 carries."""
    assert (await browser.post("/register", **HOLDER)).headers["Location"] == "/register/account"
    return (await browser.get("/register/account")).hidden_mark


async def up_to_step_3(browser: Browser, **changed: str) -> str:
    """Passes steps 1 and 2."""
    mark = await up_to_step_2(browser)
    answer = await browser.post("/register/account", **(DETAILS | changed), draft=mark, action="confirm")
    assert answer.headers["Location"] == "/register/confirm"
    return mark


async def test_a_registration_passes_all_its_pages(browser: Browser, willing: Services) -> None:
    """Steps 1 to 4; the last page shows the address, the mail's state and the deadline in Japanese time."""
    mark = await up_to_step_3(browser)
    confirm = await browser.get("/register/confirm")
    assert all(
        text in confirm.text
        for text in ("taro-01", "sora@example.jp", "そら", "アイコム　タロウ", "●●●●●●●●（表示しません）")
    )
    assert (await browser.post("/register/confirm", draft=mark)).headers["Location"] == "/register/done"
    done = await browser.get("/register/done")
    assert "<h1>仮登録が完了しました。</h1>" in done.text
    assert all(text in done.text for text in ("sora@example.jp", "送信済み", "2026年11月24日（火） 10時25分"))


async def test_the_password_is_in_no_page_and_in_no_cookie(browser: Browser, willing: Services) -> None:
    """T16: from step 2 on it exists only sealed for registration."""
    mark = await up_to_step_3(browser)
    pages = [await browser.get("/register/confirm"), await browser.get("/register/account")]
    await browser.post("/register/confirm", draft=mark)
    seen = (
        "".join(page.text for page in pages)
        + str(browser.cookies())
        + str([each.model_dump() for each in willing.asked])
    )
    assert PASSWORD not in seen


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
        '<p class="problem" id="phone_number-error"><span>エラー：</span>電話番号は数字で入力してください。</p>'
        in page.text
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


async def test_losing_the_race_for_an_id_keeps_everything_else(browser: Browser, willing: Services) -> None:
    """Q9, S2-4: step 2 again, the ID marked."""
    willing.refuse(RegisterProvisionally, Registration.ACCOUNT_ID_TAKEN)
    page = await browser.post("/register/confirm", draft=await up_to_step_3(browser))
    assert page.status == 422
    assert (
        '<a href="#account_id">このアカウントIDは使用できません。別のアカウントIDを入力してください。</a>'
        in page.text
    )
    assert all(
        f'value="{DETAILS[name]}"' in page.text for name in ("account_id", "email_address", "nickname")
    )
    assert "入力済みです。" in page.text


async def test_an_expired_proof_leads_to_step_1_with_the_reason(browser: Browser, willing: Services) -> None:
    """X6, Q25."""
    willing.refuse(RegisterProvisionally, Registration.PROOF_EXPIRED)
    answer = await browser.post("/register/confirm", draft=await up_to_step_3(browser))
    assert answer.headers["Location"] == "/register"
    assert "30分以上たったため" in (await browser.get("/register")).text


async def test_pressing_twice_registers_under_one_key(browser: Browser, willing: Services) -> None:
    """G17: also when the second press comes after the first was answered."""
    mark = await up_to_step_3(browser)
    draft = browser.cookies()["draft"]
    answers = [await browser.post("/register/confirm", draft=mark)]
    answers.append(await browser.post("/register/confirm", draft=mark))
    browser.client.session.cookie_jar.update_cookies({"draft": draft}, browser.client.make_url("/"))
    answers.append(await browser.post("/register/confirm", draft=mark))
    assert {answer.headers["Location"] for answer in answers} == {"/register/done"}
    assert len({request.registration_key for request in willing.were_asked(RegisterProvisionally)}) == 1


async def test_a_tab_from_before_a_second_proof_registers_nothing(
    browser: Browser, willing: Services
) -> None:
    """Q25: its submit is refused with a clear text."""
    old_mark = await up_to_step_3(browser)
    await up_to_step_3(browser, nickname="うみ")
    answer = await browser.post("/register/confirm", draft=old_mark)
    assert answer.headers["Location"] == "/register/account"
    assert "別の画面で認証がやり直されたため" in (await browser.get("/register/account")).text
    assert willing.were_asked(RegisterProvisionally) == []


async def test_after_no_answer_the_same_may_be_sent_again_but_nothing_else_under_its_key(
    browser: Browser, willing: Services
) -> None:
    """It may have been registered: the same key repeats it, other content needs the password and so a key of
    its own.
    """
    mark = await up_to_step_3(browser)
    yes = willing.says.pop(RegisterProvisionally)
    assert (await browser.post("/register/confirm", draft=mark)).status == 503
    page = await browser.post(
        "/register/account", **(DETAILS | {"password": ""}), draft=mark, action="confirm"
    )
    assert "パスワードを入力してください。" in page.text
    willing.says[RegisterProvisionally] = yes
    assert (await browser.post("/register/confirm", draft=mark)).headers["Location"] == "/register/done"
    assert len({request.registration_key for request in willing.were_asked(RegisterProvisionally)}) == 1


async def test_the_last_page_is_shown_even_while_registration_is_away(
    browser: Browser, willing: Services
) -> None:
    """Q22: the order is on record, so the page is true."""
    mark = await up_to_step_3(browser)
    await browser.post("/register/confirm", draft=mark)
    del willing.says[ShowProvisionalAccount]
    page: Answer = await browser.get("/register/done")
    assert page.status == 200
    assert "いまは確認できません" in page.text


async def test_a_mistyped_domain_is_noted_and_does_not_block(browser: Browser, willing: Services) -> None:
    """S2-10."""
    mark = await up_to_step_3(browser, email_address="sora@gmial.com")
    assert "gmail.com" in (await browser.get("/register/confirm")).text
    assert (await browser.post("/register/confirm", draft=mark)).status == 303
