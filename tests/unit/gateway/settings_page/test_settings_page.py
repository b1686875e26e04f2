"""設定: the switch of お知らせメール."""

from __future__ import annotations

import re

import pytest
from support.scripted_services import Browser, Services

from gateway.texts.settings_page import BILL_NOTICE_CHOICES
from messages.billing import BillNoticeChoice, BillNoticeShown, ChooseBillNotice, ShowBillNotice
from messages.identity import RefusalCode, ShowSession

CHOICES = list(BillNoticeChoice)


def checked(page: str) -> list[str]:
    """The values that are chosen on the page."""
    return re.findall(r'<input type="radio"[^>]* value="([a-z_]+)" checked>', page)


@pytest.mark.parametrize("choice", CHOICES)
async def test_the_page_shows_what_was_chosen(
    logged_in: Browser, services: Services, choice: BillNoticeChoice
) -> None:
    """Every choice is offered, one of them is taken."""
    services.answer(ShowBillNotice, BillNoticeShown(choice=choice))
    page = await logged_in.get("/settings")
    assert page.status == 200
    assert "<h1>設定</h1>" in page.text
    assert checked(page.text) == [choice]
    for words in BILL_NOTICE_CHOICES.values():
        assert words in page.text


@pytest.mark.parametrize("choice", CHOICES)
async def test_what_is_saved_is_said_on_the_page_once(
    logged_in: Browser, services: Services, choice: BillNoticeChoice
) -> None:
    """G17: POST, 303, GET."""
    services.answer(ChooseBillNotice, BillNoticeShown(choice=choice))
    services.answer(ShowBillNotice, BillNoticeShown(choice=choice))
    answer = await logged_in.post("/settings", bill_notice=choice)
    assert (answer.status, answer.headers["Location"]) == (303, "/settings")
    assert [each.choice for each in services.were_asked(ChooseBillNotice)] == [choice]
    said = f"お知らせメールを「{BILL_NOTICE_CHOICES[choice]}」に設定しました。"
    assert said in (await logged_in.get("/settings")).text
    assert said not in (await logged_in.get("/settings")).text


@pytest.mark.parametrize("typed", [{}, {"bill_notice": ""}, {"bill_notice": "OFF"}, {"bill_notice": "<b>"}])
async def test_a_form_without_a_choice_is_asked_for_one(
    logged_in: Browser, services: Services, typed: dict[str, str]
) -> None:
    """G3, G4; nothing is saved."""
    page = await logged_in.post("/settings", **typed)
    assert page.status == 422
    assert page.text.count("お知らせメールの受け取り方を選んでください。") == 2
    assert '<a href="#bill_notice">' in page.text
    assert 'id="bill_notice"' in page.text
    assert services.were_asked(ChooseBillNotice) == []


async def test_while_billing_is_away_the_page_says_so_and_keeps_the_rest(logged_in: Browser) -> None:
    """B4: no switch that might show the wrong thing."""
    page = await logged_in.get("/settings")
    assert page.status == 503
    assert page.headers["Retry-After"]
    assert "いまの設定を表示できません" in page.text
    assert 'type="radio"' not in page.text
    assert "taro@example.jp" in page.text


async def test_what_could_not_be_saved_stays_chosen(logged_in: Browser) -> None:
    """Billing is away at that moment: one press more, when it is back."""
    page = await logged_in.post("/settings", bill_notice="with_amount")
    assert page.status == 503
    assert "設定を保存できませんでした" in page.text
    assert checked(page.text) == ["with_amount"]


async def test_a_stranger_is_led_to_the_login_and_back(browser: Browser) -> None:
    """Also by a POST whose session ended (G18)."""
    assert (await browser.get("/settings")).headers["Location"] == "/login"
    assert 'name="wanted" value="/settings"' in (await browser.get("/login")).text


async def test_a_press_after_the_session_ended_saves_nothing_and_comes_back_to_the_page(
    logged_in: Browser, services: Services
) -> None:
    """G18."""
    services.refuse(ShowSession, RefusalCode.SESSION_ENDED)
    answer = await logged_in.post("/settings", bill_notice="with_amount")
    assert answer.headers["Location"] == "/login"
    assert services.were_asked(ChooseBillNotice) == []
    assert 'name="wanted" value="/settings"' in (await logged_in.get("/login")).text


async def test_a_form_from_another_site_saves_nothing(logged_in: Browser, services: Services) -> None:
    """X31: only the link in a mail may be posted to from elsewhere."""
    answer = await logged_in.post_raw("/settings", b"bill_notice=off", {"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 403
    assert services.were_asked(ChooseBillNotice) == []
