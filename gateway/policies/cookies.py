"""The cookies of the portal, as プライバシーポリシー names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.portal import Portal
from gateway.texts.policies import COOKIES, SESSION_COOKIE, SESSION_COOKIE_KEPT, span_in_words


@dataclass(frozen=True)
class CookieShown:
    """One row: the name that a browser's settings show, what it is for, and how long it is kept."""

    name: str
    purpose: str
    kept: str


def cookies_of(portal: Portal) -> Sequence[CookieShown]:
    """All of them, the session first. Raises KeyError for a cookie that `texts.policies.COOKIES` forgot."""
    session = CookieShown(portal.sessions.cookie_name, SESSION_COOKIE, SESSION_COOKIE_KEPT)
    sealed = [
        CookieShown(portal.cookies.name(each), COOKIES[each.name], span_in_words(each.lifetime))
        for each in portal.visitors_cookies
    ]
    return (session, *sealed)
