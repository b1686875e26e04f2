"""Pages for customers who are logged in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import token_hash
from chassis.web.form_reading import read_form
from gateway.notices import NOTICE, Notice
from gateway.portal import portal_of
from gateway.responses import see_other
from gateway.step_up import next_token_in
from gateway.typed_before import keep_typed
from gateway.wanted_page import remember_wanted_page
from messages.billing import RefusalCode as BillingCode
from messages.identity import RefusalCode as IdentityCode
from messages.identity import SessionShown

_SESSION_ENDED = (IdentityCode.SESSION_ENDED, BillingCode.SESSION_ENDED)
Page = Callable[[web.Request], Awaitable[web.StreamResponse]]
SignedInPage = Callable[[web.Request, SessionShown], Awaitable[web.StreamResponse]]
FindSession = Callable[[web.Request, str], Awaitable[SessionShown]]
_TOKEN_WAS_REPLACED = web.RequestKey("token_was_replaced", bool)

_GUARDED: set[Page] = set()


def behind_login(page: SignedInPage) -> Page:
    """The page for customers who are logged in; everybody else is led to the login screen, and back to the
    page from there. A token that is dead is taken away there: by now the browser may have another one.
    """
    return _guard(page, _shown)


def behind_password(page: SignedInPage) -> Page:
    """As `behind_login`, for a button that a customer presses with his password (`gateway.step_up`). Pressed
    twice, the second time with the token that the first press replaced, it is done as well: with the right
    password alone, which the page's redirect tells.
    """

    async def pressed(request: web.Request, session: SessionShown) -> web.StreamResponse:
        answer = await page(request, session)
        if _TOKEN_WAS_REPLACED in request and answer.status != 303:
            raise Refusal(IdentityCode.SESSION_ENDED)
        return answer

    return _guard(pressed, _shown_to_press)


async def _shown(request: web.Request, session_hash: str) -> SessionShown:
    return await portal_of(request).sessions.show(session_hash)


async def _shown_to_press(request: web.Request, session_hash: str) -> SessionShown:
    try:
        return await _shown(request, session_hash)
    except Refusal as refusal:
        brought = next_token_in(request, await read_form(request))
        if refusal.code not in _SESSION_ENDED or brought is None or brought.instead_of != session_hash:
            raise
    request[_TOKEN_WAS_REPLACED] = True
    return await _shown(request, token_hash(brought.token))


def _guard(page: SignedInPage, find: FindSession) -> Page:
    async def guarded(request: web.Request) -> web.StreamResponse:
        sessions = portal_of(request).sessions
        session_hash = sessions.hash_in(request.cookies)
        if session_hash is None:
            return _comes_back(request, see_other("/login"))
        try:
            return await page(request, await find(request, session_hash))
        except Refusal as refusal:
            if refusal.code not in _SESSION_ENDED:
                raise
        sessions.forget(session_hash)
        response = see_other("/login")
        about = Notice(text_key="session-ended", dead_token_hash=session_hash)
        portal_of(request).cookies.keep(response, NOTICE, about)
        return _comes_back(request, response)

    _GUARDED.add(guarded)
    return guarded


def _comes_back(request: web.Request, response: web.Response) -> web.Response:
    """After the log-in to the same page, with what was typed there (G18)."""
    remember_wanted_page(request, response)
    keep_typed(request, response)
    return response


def is_behind_login(page: object) -> bool:
    """Whether it is a page that asks by itself whose session it is."""
    return page in _GUARDED
