"""Pages that are open to everybody know their customers, too."""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp.typedefs import Handler

from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import ServiceTrouble
from gateway.behind_login import is_behind_login
from gateway.portal import portal_of
from gateway.responses import SESSION_IS_OVER
from messages.identity import RefusalCode

_WAITS = 1.0  # seconds for a name that the page can do without
_NO_PAGES = ("/static/", "/.well-known/", "/robots.txt")


@web.middleware
async def greet_customers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Before a page that does not ask by itself whose session the browser has: its header is a customer's,
    with his nickname, or a stranger's if the session is over. Identity is asked about sessions that are not
    remembered, and never for a browser that has none; where it does not say, tabs are shown without a name.
    """
    if request.method in ("GET", "HEAD") and not request.path.startswith(_NO_PAGES):
        session_hash = portal_of(request).sessions.hash_in(request.cookies)
        if session_hash is not None and not is_behind_login(request.match_info.handler):
            await _look_up(request, session_hash)
    return await handler(request)


async def _look_up(request: web.Request, session_hash: str) -> None:
    try:
        async with asyncio.timeout(_WAITS):
            await portal_of(request).sessions.show(session_hash)
    except Refusal as refusal:
        request[SESSION_IS_OVER] = refusal.code == RefusalCode.SESSION_ENDED
    except (ServiceTrouble, TimeoutError):
        return
