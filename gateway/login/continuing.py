"""[続ける] of the dialog that comes before a session ends unused (G18)."""

from __future__ import annotations

from aiohttp import web

from chassis.messaging.refusal import Refusal
from gateway.portal import portal_of
from messages.identity import RefusalCode


async def continue_session(request: web.Request) -> web.StreamResponse:
    """POST /api/session: its idle time begins anew, as if a page had been opened. JSON for the page's own
    script: {"ends_in": seconds until it ends if nobody comes back; 0 if it has ended}.
    """
    sessions = portal_of(request).sessions
    session_hash = sessions.hash_in(request.cookies)
    try:
        if session_hash is not None:
            await sessions.keep_alive(session_hash)
            return web.json_response({"ends_in": sessions.ends_in(session_hash)})
    except Refusal as refusal:
        if refusal.code != RefusalCode.SESSION_ENDED:
            raise
    return web.json_response({"ends_in": 0})
