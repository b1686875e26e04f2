"""Pages for customers who are logged in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from chassis.messaging.refusal import Refusal
from gateway.portal import portal_of
from gateway.responses import see_other, see_other_saying
from gateway.typed_before import keep_typed
from gateway.wanted_page import remember_wanted_page
from messages.billing import RefusalCode as BillingCode
from messages.identity import RefusalCode as IdentityCode
from messages.identity import SessionShown

_SESSION_ENDED = (IdentityCode.SESSION_ENDED, BillingCode.SESSION_ENDED)
Page = Callable[[web.Request], Awaitable[web.StreamResponse]]
SignedInPage = Callable[[web.Request, SessionShown], Awaitable[web.StreamResponse]]

_GUARDED: set[Page] = set()


def behind_login(page: SignedInPage) -> Page:
    """The page for customers who are logged in; everybody else is led to the login screen, and back to the
    page from there.
    """

    async def guarded(request: web.Request) -> web.StreamResponse:
        sessions = portal_of(request).sessions
        session_hash = sessions.hash_in(request.cookies)
        if session_hash is None:
            return _comes_back(request, see_other("/login"))
        try:
            session = await sessions.show(session_hash)
            return await page(request, session)
        except Refusal as refusal:
            if refusal.code not in _SESSION_ENDED:
                raise
        sessions.forget(session_hash)
        response = see_other_saying(request, "/login", "session-ended")
        sessions.end(response)
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
