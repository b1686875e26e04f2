"""プライバシーポリシー says what the code does: which cookies, and how long everything is kept."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from support.scripted_services import Browser, Services, StartPortal

from chassis.database import throttle
from chassis.messaging import inbox
from chassis.messaging.topology import DEAD_TTL
from chassis.web.sealed_cookies import CookieContent, Purpose
from gateway import known_device, notices, pre_session, typed_before, wanted_page
from gateway.activation.cookies import HELD_TICKET, OPENED_LINK
from gateway.login.second_step import SECOND_STEP
from gateway.login.waiting import WAITING_LOGIN
from gateway.policies.cookies import cookies_of
from gateway.portal import PORTAL
from gateway.recovery.cookies import DONE_RESET, OPENED_RESET
from gateway.registration.drafts import DRAFT, REGISTERED
from gateway.settings_page.cookies import (
    ADDRESS_LINK,
    ASKED_ADDRESS,
    NEW_RECOVERY_CODES,
    PASSKEY_OFFER,
    UNDO_LINK,
)
from gateway.texts.policies import COOKIES, LANGUAGE_COOKIE, SESSION_COOKIE, span_in_words
from messages.registration import ACTIVATION_WINDOW
from services.billing.notices.domain import NOTICES_KEPT_MONTHS
from services.billing.statements.domain import STATEMENTS_KEPT_YEARS
from services.identity.accounts.domain import AUDITS_KEPT_YEARS, CLOSING_NOTICE, QUARANTINE, READABLE_MONTHS
from services.identity.audit.domain import AUDIT_KEPT_YEARS
from services.identity.mail_address.domain import CHANGES_KEPT
from services.identity.second_factor.domain import PENDING_LIFETIME, SETUP_LIFETIME
from services.identity.sessions.domain import SESSION_ABSOLUTE, SESSION_IDLE
from services.notification.delivery import forget_old_mails
from services.registration.forms.domain import FORMS_KEPT_FOR
from services.registration.saga.forget_old import TOMBSTONES_KEPT_FOR

HTTPS = "https://mypage.example.jp"


def rows(page: str) -> dict[str, str]:
    """What the page's lists say, by what they say it of; tags removed."""
    found = re.findall("<dt>(.+?)</dt>\\s*<dd>(.+?)</dd>", page, re.DOTALL)
    return {name: re.sub("<[^>]+>", "", text) for name, text in found}


def days(span: timedelta) -> str:
    """30日."""
    assert span == timedelta(days=span.days)
    return f"{span.days}日"


def hours(span: timedelta) -> str:
    """24時間."""
    return span_in_words(int(span.total_seconds()))


KEPT = {
    "ご契約の情報": [f"変わってから{AUDITS_KEPT_YEARS}年です"],
    "アカウントの情報": [
        f"終わってから{READABLE_MONTHS}か月、かつ、",
        f"お知らせから{days(CLOSING_NOTICE)}が過ぎる",
        f"変わってから{days(QUARANTINE)}が過ぎる",
        f"退会から{days(QUARANTINE)}が過ぎる",
        f"申し込んでから{days(CHANGES_KEPT)}です",
        f"そのあと{AUDITS_KEPT_YEARS}年保存",
    ],
    "2段階認証の情報": [f"途中のものは{hours(SETUP_LIFETIME)}", f"ログインは{hours(PENDING_LIFETIME)}です"],
    "仮登録の情報": [
        f"メールから{hours(ACTIVATION_WINDOW)}以内",
        f"そのあと{days(TOMBSTONES_KEPT_FOR)}保存",
        f"押した記録は、{hours(FORMS_KEPT_FOR)}で",
    ],
    "ご利用料金と明細": [f"終わってから{STATEMENTS_KEPT_YEARS}年です"],
    "ご利用料金のお知らせメールの希望": [f"記録は、{NOTICES_KEPT_MONTHS}か月保存"],
    "ログインの状態": [f"操作がないまま{hours(SESSION_IDLE)}、", f"ログインから{hours(SESSION_ABSOLUTE)}が"],
    "登録やログインを試した回数": [f"期間：{days(throttle._LOOKED_AT_FOR)}です"],
    "送ったメール": [f"そのあと{days(forget_old_mails.KEPT_FOR)}保存"],
    "ログインやアカウントの変更の記録": [f"期間：{AUDIT_KEPT_YEARS}年です"],
    "窓口での操作の記録": [f"期間：{AUDITS_KEPT_YEARS}年です"],
}


@pytest.mark.parametrize("kind", KEPT)
async def test_the_page_names_the_periods_of_the_code(browser: Browser, kind: str) -> None:
    """E4, X46: a clean-up that waits longer makes the page untrue. No other number stands there."""
    said = rows((await browser.get("/privacy")).text)[kind]
    assert [period for period in KEPT[kind] if period not in said] == []
    assert len(re.findall(r"\d+", said)) == len(KEPT[kind])


async def test_the_page_names_what_messages_leave_behind(browser: Browser) -> None:
    """Dead letters and inboxes."""
    page = (await browser.get("/privacy")).text
    dead, handled = days(timedelta(seconds=DEAD_TTL)), days(inbox.KEPT_FOR)
    assert f"処理できなかったものは{dead}、処理が済んだことの記録は{handled}残ります" in page


async def test_the_page_of_the_terms_names_the_periods_of_the_code(browser: Browser) -> None:
    """Q24."""
    page = (await browser.get("/terms")).text
    assert f"ご契約が終わったあとも{READABLE_MONTHS}か月の間" in page
    assert f"終わる{days(CLOSING_NOTICE)}前までに" in page


@pytest.mark.parametrize(("public_url", "prefix"), [(HTTPS, "__Host-"), ("http://127.0.0.1:8080", "")])
async def test_every_cookie_of_the_code_is_named_with_its_lifetime(
    start_portal: StartPortal, services: Services, public_url: str, prefix: str
) -> None:
    """By the name that the browser's settings show."""
    stranger = await start_portal(services.bus, public_url=public_url)
    said = rows((await stranger.get("/privacy", Host=public_url.partition("//")[2])).text)
    every: list[Purpose[Any]] = [typed_before.TYPED_BEFORE]
    every += [pre_session.PRE_SESSION, known_device.KNOWN_DEVICE, notices.NOTICE, wanted_page.WANTED_PAGE]
    every += [DRAFT, REGISTERED, OPENED_LINK, HELD_TICKET, WAITING_LOGIN, OPENED_RESET, DONE_RESET]
    every += [ASKED_ADDRESS, ADDRESS_LINK, UNDO_LINK, SECOND_STEP]
    every += [NEW_RECOVERY_CODES, PASSKEY_OFFER]
    for purpose in every:
        row = f"名前：{prefix}{purpose.name}保存する期間：{span_in_words(purpose.lifetime)}"
        assert said[COOKIES[purpose.name]] == row
    assert said[SESSION_COOKIE].startswith(f"名前：{prefix}sid")
    assert said[LANGUAGE_COOKIE] == f"名前：{prefix}language保存する期間：1年間"
    assert len(said) == len(KEPT) + 1 + len(every) + 2  # the log, the session and the language


async def test_a_cookie_that_nobody_explained_is_a_fault(browser: Browser) -> None:
    """So that a new one cannot be forgotten: every test above is red."""
    portal = browser.client.app[PORTAL]  # type: ignore[index]
    object.__setattr__(portal, "visitors_cookies", (Purpose("unheard-of", CookieContent, 60),))
    with pytest.raises(KeyError):
        cookies_of(portal)


@pytest.mark.parametrize(
    ("seconds", "words"), [(60, "1分"), (61, "2分"), (1800, "30分"), (3600, "1時間"), (115200, "32時間")]
)
def test_a_span_is_said_in_whole_minutes_or_hours(seconds: int, words: str) -> None:
    """G20; never shorter than it is."""
    assert span_in_words(seconds) == words


async def test_only_a_portal_behind_tls_says_that_it_is_encrypted(
    start_portal: StartPortal, services: Services
) -> None:
    """The page promises nothing that the operator has not set up."""
    sentence = "通信を暗号にしています"
    by_tls = await start_portal(services.bus, public_url=HTTPS)
    plain = await start_portal(services.bus)
    assert sentence in (await by_tls.get("/privacy", Host=HTTPS.removeprefix("https://"))).text
    assert sentence not in (await plain.get("/privacy")).text
