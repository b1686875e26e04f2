"""[メールを再送する] and the corrected address on 「仮登録が完了しました。」 (S4-1 to S4-3)."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from support.registration_steps import DETAILS, up_to_step_3
from support.scripted_services import Answer, Browser, Services

from gateway.texts.registration import CARRIERS, MAIL_FAILURES
from messages.mail_failure import MailFailure
from messages.registration import (
    ActivationMailResent,
    ProvisionalAccountShown,
    ProvisionalState,
    RefusalCode,
    ResendActivationMail,
    ShowProvisionalAccount,
)

SENT_AT = datetime(2026, 11, 23, 1, 25, tzinfo=UTC)
NEW_KEY = UUID(int=77)


def shown(state: ProvisionalState, **more: object) -> ProvisionalAccountShown:
    """What registration says of it."""
    return ProvisionalAccountShown.model_validate({"state": state, "activation_deadline": None, **more})


async def waiting(browser: Browser, services: Services) -> str:
    """Registered, and the page is open; gives the mark that its forms carry."""
    services.answer(ResendActivationMail, ActivationMailResent(registration_key=NEW_KEY))
    mark = await up_to_step_3(browser)
    await browser.post("/register/confirm", draft=mark)
    return mail_of(await browser.get("/register/done"))


def mail_of(page: Answer) -> str:
    """The hidden field of both forms."""
    first, second = page.text.split('name="mail" value="')[1:]
    assert first[:16] == second[:16]
    return first[:16]


async def test_the_page_says_when_the_mail_was_sent(browser: Browser, willing: Services) -> None:
    """S4-1, and how the sender is let through."""
    await waiting(browser, willing)
    sent = shown(ProvisionalState.MAIL_SENT, mail_sent_at=SENT_AT)
    willing.answer(ShowProvisionalAccount, sent)
    page = await browser.get("/register/done")
    assert "送信済みです。" in page.text
    assert "2026年11月23日（月） 10時25分" in page.text
    assert all(carrier in page.text for carrier, _ in CARRIERS)


@pytest.mark.parametrize("failure", MailFailure)
@pytest.mark.parametrize("state", [ProvisionalState.MAIL_SENT, ProvisionalState.MAIL_ABANDONED])
async def test_the_page_says_why_the_mail_did_not_arrive(
    browser: Browser, willing: Services, failure: MailFailure, state: ProvisionalState
) -> None:
    """And not that it was sent."""
    await waiting(browser, willing)
    came_back = shown(state, mail_sent_at=SENT_AT, mail_failure=failure)
    willing.answer(ShowProvisionalAccount, came_back)
    page = await browser.get("/register/done")
    assert MAIL_FAILURES[failure] in page.text
    assert "送信済み" not in page.text
    assert "sora@example.jp" in page.text


async def test_another_mail_is_this_browsers_from_now_on(browser: Browser, willing: Services) -> None:
    """303, and the page asks after the newer one."""
    mail = await waiting(browser, willing)
    answer = await browser.post("/register/resend", mail=mail)
    assert (answer.status, answer.headers["Location"]) == (303, "/register/done")
    page = await browser.get("/register/done")
    assert "新しい仮登録受付完了メールをお送りします。" in page.text
    assert willing.were_asked(ShowProvisionalAccount)[-1].registration_key == NEW_KEY
    assert mail_of(page) != mail
    [asked] = willing.were_asked(ResendActivationMail)
    assert asked.corrected is None


async def test_a_page_of_before_orders_no_other_mail(browser: Browser, willing: Services) -> None:
    """The second press of a double click, or another tab."""
    mail = await waiting(browser, willing)
    for _ in range(3):
        answer = await browser.post("/register/resend", mail=mail)
        assert (answer.status, answer.headers["Location"]) == (303, "/register/done")
    await browser.post("/register/resend")
    assert len(willing.were_asked(ResendActivationMail)) == 1


async def test_a_corrected_address_takes_the_other_ones_place(browser: Browser, willing: Services) -> None:
    """It travels sealed, and is the one that is shown; so it is at step 2, should it not work either."""
    mail = await waiting(browser, willing)
    answer = await browser.post("/register/address", mail=mail, email_address=" Meant@Example.jp ")
    assert answer.headers["Location"] == "/register/done"
    page = await browser.get("/register/done")
    assert "Meant@example.jp" in page.text
    assert "sora@example.jp" not in page.text
    [asked] = willing.were_asked(ResendActivationMail)
    assert "eant" not in asked.model_dump_json()
    willing.answer(ShowProvisionalAccount, shown(ProvisionalState.MAIL_ABANDONED))
    await browser.post("/register/correct")
    assert 'value="Meant@example.jp"' in (await browser.get("/register/account")).text


@pytest.mark.parametrize("typed", ["", "meant", "meant@", "a..b@example.jp", "<meant@example.jp"])
async def test_a_wrong_address_stays_as_typed_with_what_is_wrong(
    browser: Browser, willing: Services, typed: str
) -> None:
    """G3 to G5: nobody is asked."""
    mail = await waiting(browser, willing)
    page = await browser.post("/register/address", mail=mail, email_address=typed)
    assert page.status == 422
    assert 'href="#email_address"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert f'value="{typed.replace("<", "&lt;")}"' in page.text
    assert "<title>エラー：" in page.text
    assert willing.were_asked(ResendActivationMail) == []


async def test_too_often_is_said_on_the_page_with_the_wait(browser: Browser, willing: Services) -> None:
    """429; what was typed stays. For the address it is said alike, whichever limit is full."""
    mail = await waiting(browser, willing)
    willing.refuse(ResendActivationMail, RefusalCode.TOO_MANY_MAILS, retry_after_seconds=1700)
    page = await browser.post("/register/resend", mail=mail)
    assert (page.status, page.headers["Retry-After"]) == (429, "1700")
    assert "メールの送信回数が多いため" in page.text
    assert "約29分後" in page.text
    page = await browser.post("/register/address", mail=mail, email_address="meant@example.jp")
    assert page.status == 429
    assert 'value="meant@example.jp"' in page.text
    assert "sora@example.jp" in page.text


@pytest.mark.parametrize(
    "code",
    [
        RefusalCode.ACTIVATION_EXPIRED,
        RefusalCode.ACTIVATION_SUPERSEDED,
        RefusalCode.ALREADY_ACTIVATED,
        RefusalCode.CONTRACT_REPLACED,
        RefusalCode.ACTIVATION_UNKNOWN,
    ],
)
async def test_what_happened_meanwhile_is_the_pages_to_say(
    browser: Browser, willing: Services, code: RefusalCode
) -> None:
    """Activated in another tab, expired, ended: 303 to the page that is true."""
    mail = await waiting(browser, willing)
    willing.refuse(ResendActivationMail, code)
    for answer in (
        await browser.post("/register/resend", mail=mail),
        await browser.post("/register/address", mail=mail, email_address="meant@example.jp"),
    ):
        assert (answer.status, answer.headers["Location"]) == (303, "/register/done")
    assert "sora@example.jp" in (await browser.get("/register/done")).text


@pytest.mark.parametrize("path", ["/register/resend", "/register/address"])
async def test_another_browser_can_do_nothing(browser: Browser, willing: Services, path: str) -> None:
    """Only the one that registered knows which registration it is."""
    mail = await waiting(browser, willing)
    browser.client.session.cookie_jar.clear(lambda cookie: cookie.key == "registered")
    answer = await browser.post(path, mail=mail, **DETAILS)
    assert answer.headers["Location"] == "/register"
    assert willing.were_asked(ResendActivationMail) == []


async def test_while_registration_is_away_nothing_is_said_to_be_done(
    browser: Browser, willing: Services
) -> None:
    """503; the same press later is the same mail."""
    mail = await waiting(browser, willing)
    del willing.says[ResendActivationMail]
    assert (await browser.post("/register/resend", mail=mail)).status in (500, 503)
    willing.answer(ResendActivationMail, ActivationMailResent(registration_key=NEW_KEY))
    assert (await browser.post("/register/resend", mail=mail)).status == 303
    first, second = willing.were_asked(ResendActivationMail)
    assert first == second
