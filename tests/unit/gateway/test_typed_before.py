"""What was typed before a session's end is there again after the log-in, for its own customer alone (G18)."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

import pytest
from support.own_forms import form_token_in
from support.scripted_services import SESSION, Browser, Services

import gateway
from gateway.portal import PORTAL
from gateway.texts.notices import TYPED_IS_BACK
from gateway.typed_before import TYPED_BEFORE, may_be_kept
from messages.billing import BillNoticeChoice, BillNoticeShown, ChooseBillNotice, ShowBillNotice
from messages.identity import LogIn, LogOut, RefusalCode, ShowSession

CHECKED = 'name="bill_notice" value="with_amount" checked'
TEMPLATES = Path(gateway.__file__).parent / "templates"


@pytest.fixture
async def expired(logged_in: Browser, services: Services) -> Browser:
    """Somebody has chosen, and pressed after half an hour."""
    services.answer(ShowBillNotice, BillNoticeShown(choice=BillNoticeChoice.OFF))
    form = form_token_in((await logged_in.get("/settings")).text)
    services.refuse(ShowSession, RefusalCode.SESSION_ENDED)
    logged_in.client.server.app[PORTAL].sessions._remembered.clear()  # type: ignore[attr-defined]
    answer = await logged_in.post("/settings", bill_notice="with_amount", form_token=form)
    assert answer.headers["Location"] == "/login"
    assert services.were_asked(ChooseBillNotice) == []
    services.answer(ShowSession, SESSION)
    return logged_in


async def test_it_comes_back_after_the_log_in_and_is_not_sent_by_itself(
    expired: Browser, services: Services
) -> None:
    """On the page that it was typed on, once."""
    answer = await expired.post("/login", account_id="taro-01", password="x")
    assert answer.headers["Location"] == "/settings"
    page = await expired.get("/settings")
    assert CHECKED in page.text
    assert TYPED_IS_BACK in page.text
    assert services.were_asked(ChooseBillNotice) == []
    assert CHECKED not in (await expired.get("/settings")).text


async def test_nobody_else_sees_it(expired: Browser, services: Services) -> None:
    """The next person at a shared computer logs in with an account of his own (X32)."""
    another = SESSION.model_copy(update={"account_key": UUID(int=8)})
    services.answer(LogIn, another)
    services.answer(ShowSession, another)
    await expired.post("/login", account_id="jiro-02", password="x")
    assert CHECKED not in (await expired.get("/settings")).text


async def test_a_log_out_drops_it(expired: Browser) -> None:
    """As all that was typed."""
    assert TYPED_BEFORE.name in expired.cookies()
    await expired.post("/logout")
    assert TYPED_BEFORE.name not in expired.cookies()


async def test_a_page_whose_session_another_tab_saw_end_keeps_it_too(
    logged_in: Browser, services: Services
) -> None:
    """The browser's token is gone by then; the form says whose it was."""
    services.answer(ShowBillNotice, BillNoticeShown(choice=BillNoticeChoice.OFF))
    form = form_token_in((await logged_in.get("/settings")).text)
    logged_in.client.session.cookie_jar.clear()
    await logged_in.post("/settings", bill_notice="with_amount", form_token=form)
    answer = await logged_in.post("/login", account_id="taro-01", password="x")
    assert answer.headers["Location"] == "/settings"
    assert CHECKED in (await logged_in.get("/settings")).text
    assert services.were_asked(ChooseBillNotice) == []


@pytest.mark.parametrize("typed", [{"bill_notice": "あ" * 2000}, {"password": "kirakiraBoshi7"}])
async def test_what_is_too_long_or_secret_is_not_kept(
    logged_in: Browser, services: Services, typed: dict[str, str]
) -> None:
    """The press is led to the log-in all the same."""
    services.answer(ShowBillNotice, BillNoticeShown(choice=BillNoticeChoice.OFF))
    form = form_token_in((await logged_in.get("/settings")).text)
    logged_in.client.session.cookie_jar.clear()
    answer = await logged_in.post("/settings", **typed, form_token=form)
    assert answer.headers["Location"] == "/login"
    assert TYPED_BEFORE.name not in logged_in.cookies()


def test_no_field_of_a_secret_is_ever_kept() -> None:
    """Every field that a template makes a password's, or a one-time code's."""
    sources = [path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")]
    by_macro = re.compile(r'field\("(\w+)"[^)]*(?:type="password"|one-time-code)')
    by_hand = re.compile(r'<input[^>]*type="password"[^>]*name="(\w+)"')
    secret = {name for text in sources for pattern in (by_macro, by_hand) for name in pattern.findall(text)}
    assert "password" in secret
    assert [name for name in secret if may_be_kept(name)] == []


async def test_a_new_log_in_ends_the_session_that_this_browser_had(
    logged_in: Browser, services: Services
) -> None:
    """X32: also of another account; the new one does not wait for it."""
    services.asked.clear()
    services.refuse(LogOut, "identity.session_ended")
    answer = await logged_in.post("/login", account_id="taro-01", password="x")
    assert answer.headers["Location"] == "/menu"
    [log_in], [log_out] = services.were_asked(LogIn), services.were_asked(LogOut)
    assert log_out.session_token_hash != log_in.session_token_hash
