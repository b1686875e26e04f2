"""仮登録が完了しました。: a whole registration up to step 4."""

from __future__ import annotations

import pytest
from support.registration_steps import DETAILS, PASSWORD, up_to_step_3
from support.scripted_services import Answer, Browser, Services

from gateway.texts.registration import PROVISIONAL_ENDS
from messages.registration import (
    ProvisionalAccountShown,
    ProvisionalState,
    RefusalCode,
    RegisterProvisionally,
    ShowProvisionalAccount,
)


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


@pytest.mark.parametrize("state", ProvisionalState)
async def test_the_page_says_one_thing_in_every_state(
    browser: Browser, willing: Services, state: ProvisionalState
) -> None:
    """While the link can be used, the manual's heading and what to do next; else neither of them."""
    mark = await up_to_step_3(browser)
    await browser.post("/register/confirm", draft=mark)
    willing.answer(ShowProvisionalAccount, ProvisionalAccountShown(state=state, activation_deadline=None))
    page = await browser.get("/register/done")
    waits = state in (ProvisionalState.REGISTERED, ProvisionalState.MAIL_SENT)
    assert ("<h1>仮登録が完了しました。</h1>" in page.text) is waits
    assert ("次に行うこと" in page.text) is waits
    assert ("送信されます" in page.text) is waits
    assert waits is (state not in PROVISIONAL_ENDS)


async def test_after_the_deadline_the_way_on_is_to_register_again(
    browser: Browser, willing: Services
) -> None:
    """T21: in the manual's words, and not that it is complete."""
    mark = await up_to_step_3(browser)
    await browser.post("/register/confirm", draft=mark)
    ended = ProvisionalAccountShown(state=ProvisionalState.EXPIRED, activation_deadline=None)
    willing.answer(ShowProvisionalAccount, ended)
    page = await browser.get("/register/done")
    assert "再度、認証及び仮登録を実施する必要があります。" in page.text
    assert '<a class="button main" href="/register">' in page.text


async def test_who_has_a_newer_mail_is_not_led_away_from_it(browser: Browser, willing: Services) -> None:
    """To register once more would end the newer registration, too."""
    mark = await up_to_step_3(browser)
    await browser.post("/register/confirm", draft=mark)
    ended = ProvisionalAccountShown(state=ProvisionalState.SUPERSEDED, activation_deadline=None)
    willing.answer(ShowProvisionalAccount, ended)
    page = await browser.get("/register/done")
    assert "新しいメールの「本登録手続きURL」を開いてください。" in page.text
    assert 'class="button main"' not in page.text


UNDELIVERABLE = ProvisionalAccountShown(state=ProvisionalState.MAIL_ABANDONED, activation_deadline=None)


async def test_an_address_that_gets_no_mail_is_corrected_with_nothing_typed_lost(
    browser: Browser, willing: Services
) -> None:
    """S4-2: the page says it, and leads back to the form; the password need not be typed again."""
    mark = await up_to_step_3(browser, email_address="a|b@example.jp")
    await browser.post("/register/confirm", draft=mark)
    willing.answer(ShowProvisionalAccount, UNDELIVERABLE)
    page = await browser.get("/register/done")
    assert "<h1>メールを届けられませんでした</h1>" in page.text
    assert "a|b@example.jp" in page.text
    assert 'action="/register/correct"' in page.text
    assert (await browser.post("/register/correct")).headers["Location"] == "/register/account"
    form = await browser.get("/register/account")
    assert all(
        text in form.text for text in ('value="taro-01"', "a|b@example.jp", 'value="そら"', "入力済みです。")
    )
    assert "メールを届けられませんでした。" in form.text
    corrected = DETAILS | {"password": "", "email_address": "meant@example.jp"}
    await browser.post("/register/account", **corrected, draft=mark, action="confirm")
    assert (await browser.post("/register/confirm", draft=mark)).headers["Location"] == "/register/done"
    first, second = willing.were_asked(RegisterProvisionally)
    assert (first.password, first.revision, second.revision) == (second.password, 1, 2)


async def test_once_the_proof_is_gone_the_way_on_is_to_register_again(
    browser: Browser, willing: Services
) -> None:
    """The address is shown all the same; nothing promises what the browser has not kept."""
    mark = await up_to_step_3(browser)
    await browser.post("/register/confirm", draft=mark)
    willing.answer(ShowProvisionalAccount, UNDELIVERABLE)
    browser.client.session.cookie_jar.clear(lambda cookie: cookie.key == "draft")
    page = await browser.get("/register/done")
    assert "sora@example.jp" in page.text
    assert '<a class="button main" href="/register">' in page.text
    assert (await browser.post("/register/correct")).headers["Location"] == "/register"


async def test_what_was_registered_is_changed_by_no_page_but_that_one(
    browser: Browser, willing: Services
) -> None:
    """T10: the draft is kept for a correction alone."""
    mark = await up_to_step_3(browser)
    await browser.post("/register/confirm", draft=mark)
    assert (await browser.get("/register/account")).headers["Location"] == "/register"
    assert (await browser.get("/register/confirm")).headers["Location"] == "/register"
    assert "0748660739" not in (await browser.get("/register")).text


async def test_what_registration_does_not_know_is_not_called_complete(
    browser: Browser, willing: Services
) -> None:
    """Not 仮登録が完了しました。, whose state would never be known; a mail that came may work."""
    mark = await up_to_step_3(browser)
    await browser.post("/register/confirm", draft=mark)
    willing.refuse(ShowProvisionalAccount, RefusalCode.ACTIVATION_UNKNOWN)
    page = await browser.get("/register/done")
    assert "<h1>仮登録を確認できません</h1>" in page.text
    assert "完了しました" not in page.text


async def test_the_newer_mail_is_named_before_anything_that_would_end_it(
    browser: Browser, willing: Services
) -> None:
    """S5-5: the right next step comes first, and what [最初から登録する] does is said beside it."""
    mark = await up_to_step_3(browser)
    await browser.post("/register/confirm", draft=mark)
    ended = ProvisionalAccountShown(state=ProvisionalState.SUPERSEDED, activation_deadline=None)
    willing.answer(ShowProvisionalAccount, ended)
    main = (await browser.get("/register/done")).text.partition("<main")[2]
    newest, again = main.index("いちばん新しいものを開きます"), main.index('href="/register"')
    assert newest < again < main.index("それまでのメールのURLは使えなくなります")
