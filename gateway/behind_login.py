"""Pages for customers who are logged in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from chassis.messaging.refusal import Refusal
from gateway.portal import portal_of
from gateway.responses import see_other, see_other_saying
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
            response = see_other("/login")
            remember_wanted_page(request, response)
            return response
        try:
            session = await sessions.show(session_hash)
            return await page(request, session)
        except Refusal as refusal:
            if refusal.code not in _SESSION_ENDED:
                raise
        sessions.forget(session_hash)
        response = see_other_saying(request, "/login", "session-ended")
        remember_wanted_page(request, response)
        sessions.end(response)
        return response

    _GUARDED.add(guarded)
    return guarded


def is_behind_login(page: object) -> bool:
    """Whether it is a page that asks by itself whose session it is."""
    return page in _GUARDED
