"""Somebody is logged in: where the browser goes, and what it forgets."""

from __future__ import annotations

from aiohttp import web

from gateway.portal import portal_of
from gateway.responses import see_other


def arrive(request: web.Request, session_token: str, *, at: str = "/menu") -> web.Response:
    """To that page. Whoever is logged in now finds nothing that was typed in this browser before (X32)."""
    response = see_other(at)
    portal_of(request).forget_visitor(response)
    portal_of(request).sessions.begin(response, session_token)
    return response
