"""The start page, what robots may read, and the static files."""

from __future__ import annotations

from aiohttp import web

from gateway.portal import portal_of
from gateway.responses import see_other

_A_YEAR = "public, max-age=31536000, immutable"


async def start(request: web.Request) -> web.StreamResponse:
    """GET /: to the menu with a session, else to the login screen."""
    return see_other("/menu" if portal_of(request).sessions.hash_in(request.cookies) else "/login")


async def robots(request: web.Request) -> web.StreamResponse:
    """GET /robots.txt: nothing here is for search engines (E3)."""
    return web.Response(text="User-agent: *\nDisallow: /\n")


async def static_file(request: web.Request) -> web.StreamResponse:
    """GET /static/{name:.+}: from the list read at the start; for ever where the address carries the file's
    version.
    """
    file = portal_of(request).static_files.get(request.match_info["name"])
    if file is None:
        raise web.HTTPNotFound
    is_versioned = request.query.get("v") == file.version
    return file.content.answer(request, cache_control=_A_YEAR if is_versioned else "no-cache")
