"""The cookies of the portal, as プライバシーポリシー names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chassis.web.sealed_cookies import Purpose
from gateway.chosen_language import language_cookie_name
from gateway.known_device import KNOWN_DEVICE
from gateway.language import said
from gateway.portal import Portal
from gateway.texts.policies import (
    COOKIES,
    LANGUAGE_COOKIE,
    LANGUAGE_COOKIE_KEPT,
    SESSION_COOKIE,
    SESSION_COOKIE_KEPT,
    span_in_words,
)


@dataclass(frozen=True)
class CookieShown:
    """One row: the name that a browser's settings show, what it is for, and how long it is kept."""

    name: str
    purpose: str
    kept: str


def cookies_of(portal: Portal) -> Sequence[CookieShown]:
    """All of them, the session first and the language last. Raises KeyError for a cookie that
    `texts.policies.COOKIES` forgot.
    """
    session = CookieShown(portal.sessions.cookie_name, said(SESSION_COOKIE), said(SESSION_COOKIE_KEPT))
    purposes: Sequence[Purpose[Any]] = (KNOWN_DEVICE, *portal.visitors_cookies)
    sealed = [
        CookieShown(portal.cookies.name(each), said(COOKIES[each.name]), span_in_words(each.lifetime))
        for each in purposes
    ]
    language = CookieShown(
        language_cookie_name(portal.settings), said(LANGUAGE_COOKIE), said(LANGUAGE_COOKIE_KEPT)
    )
    return (session, *sealed, language)
