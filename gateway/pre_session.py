"""Whose form is this? Every form carries a token that is bound to the session of its browser, or to the
cookie that a browser without one is given with its first form (X31, ADR 0067).
"""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from chassis.security.tokens import new_token
from chassis.web.form_tokens import FIELD
from chassis.web.sealed_cookies import CookieContent, Purpose
from gateway.portal import portal_of
from gateway.step_up import replaced_token
from messages.identity import SessionShown

REFUSED_FORM = web.RequestKey("refused_form", dict[str, str])
"""What was typed into a form that was refused, as its token is not this browser's."""

TOKEN_IS_TAKEN_AWAY = web.RequestKey("token_is_taken_away", bool)
"""The answer takes the session's token from the browser: forms on its page are a stranger's."""

_MARK = 22  # characters: 132 bits


class PreSession(CookieContent):
    """A name for a browser in which nobody is logged in. Each log-in and log-out ends it (X32)."""

    token: str


PRE_SESSION = Purpose("visitor", PreSession, 24 * 60 * 60)


def takes_cookies(request: web.Request) -> bool:
    """It brought one of the cookies that forms are bound to. A browser that did not may refuse cookies, or
    has not seen a form of ours lately.
    """
    return _owner(request) is not None


def form_token(request: web.Request, fresh: PreSession, session: SessionShown | None = None) -> str:
    """The token for the forms of the page that answers the request, if need be bound to a `fresh` one. It
    names the account of the `session`, too.
    """
    owner = _owner(request) or _of_visitor(fresh)
    account = account_mark(request, session) if session else ""
    return portal_of(request).form_tokens.of(owner) + (f".{account}" if account else "")


def account_mark(request: web.Request, session: SessionShown) -> str:
    """A name for whose session it is, which says nothing to others."""
    key = session.account_key
    return portal_of(request).form_tokens.of(f"account:{key}")[:_MARK] if key else ""


def account_in(sent: Mapping[str, str]) -> str:
    """The mark of the account that the form was shown to; empty if it was nobody's."""
    return sent.get(FIELD, "").partition(".")[2]


def is_own_form(request: web.Request, sent: Mapping[str, str]) -> bool:
    """Whether the form was shown to this browser, since somebody logged in or out in it. A form that gave
    the browser's session another token is its own still (`gateway.step_up`).
    """
    owner, replaced = _owner(request), replaced_token(request, sent)
    token, tokens = sent.get(FIELD, "").partition(".")[0], portal_of(request).form_tokens
    if replaced is not None and tokens.fits(token, f"session:{replaced}"):
        return True
    return owner is not None and tokens.fits(token, owner)


def with_pre_session(
    request: web.Request, response: web.Response, fresh: PreSession | None = None
) -> web.Response:
    """The answer, with the cookie for a browser that its forms can be bound to by nothing else."""
    if _owner(request) is None:
        portal_of(request).cookies.keep(response, PRE_SESSION, fresh or new_pre_session())
    return response


def new_pre_session() -> PreSession:
    """One that no browser has."""
    return PreSession(token=new_token())


def _owner(request: web.Request) -> str | None:
    portal = portal_of(request)
    session_hash = portal.sessions.hash_in(request.cookies)
    if session_hash and TOKEN_IS_TAKEN_AWAY not in request:
        return f"session:{session_hash}"
    visitor = portal.cookies.read(request.cookies, PRE_SESSION)
    return _of_visitor(visitor) if visitor else None


def _of_visitor(visitor: PreSession) -> str:
    return f"visitor:{visitor.token}"
