"""確認: step 3, [仮登録する]."""

from __future__ import annotations

from support.registration_steps import DETAILS, up_to_step_3
from support.scripted_services import Browser, Services

from messages.registration import RefusalCode as Registration
from messages.registration import (
    RegisterProvisionally,
)


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


async def test_after_no_answer_nothing_typed_is_lost_and_a_change_is_counted(
    browser: Browser, willing: Services
) -> None:
    """It may have been registered: registration tells by content and count which is his last word."""
    mark = await up_to_step_3(browser)
    yes = willing.says.pop(RegisterProvisionally)
    assert (await browser.post("/register/confirm", draft=mark)).status == 503
    willing.says[RegisterProvisionally] = yes
    assert "入力済みです。" in (await browser.get("/register/account")).text
    corrected = DETAILS | {"password": "", "email_address": "meant@example.jp"}
    await browser.post("/register/account", **corrected, draft=mark, action="confirm")
    assert (await browser.post("/register/confirm", draft=mark)).headers["Location"] == "/register/done"
    first, second = willing.were_asked(RegisterProvisionally)
    assert (first.registration_key, first.password) == (second.registration_key, second.password)
    assert (first.revision, second.revision) == (1, 2)


async def test_a_refused_password_does_not_begin_the_count_anew(browser: Browser, willing: Services) -> None:
    """What is put together afterwards is still the later word."""
    mark = await up_to_step_3(browser)
    yes = willing.says[RegisterProvisionally]
    willing.refuse(RegisterProvisionally, Registration.PASSWORD_NOT_ACCEPTED)
    assert (await browser.post("/register/confirm", draft=mark)).status == 422
    willing.says[RegisterProvisionally] = yes
    await browser.post("/register/account", **DETAILS, draft=mark, action="confirm")
    await browser.post("/register/confirm", draft=mark)
    assert [request.revision for request in willing.were_asked(RegisterProvisionally)] == [1, 2]


async def test_a_mistyped_domain_is_noted_and_does_not_block(browser: Browser, willing: Services) -> None:
    """S2-10."""
    mark = await up_to_step_3(browser, email_address="sora@gmial.com")
    assert "gmail.com" in (await browser.get("/register/confirm")).text
    assert (await browser.post("/register/confirm", draft=mark)).status == 303
