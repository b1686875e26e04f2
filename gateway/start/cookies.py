"""The page for browsers that refuse cookies, which is only passed through by all others."""

from __future__ import annotations

from aiohttp import web

from gateway.cookie_trial import NEXT_PAGES, takes_cookies
from gateway.responses import see_other, show


async def try_cookies(request: web.Request) -> web.StreamResponse:
    """GET /cookies/{page}: on to the page of that name, for whoever took the cookie that he was given on the
    way here.
    """
    path = NEXT_PAGES.get(request.match_info["page"])
    if path is None:
        raise web.HTTPNotFound
    if takes_cookies(request):
        return see_other(path)
    return show(request, "start/cookies_refused.html")
