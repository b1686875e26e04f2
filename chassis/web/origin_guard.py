"""Refuses foreign hosts (X30), and unsafe requests that another site may have caused (X31)."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


def guard_origin(public_url: str) -> Middleware:
    """The middleware for a site at `public_url` (scheme, host and port, in lower case). It raises
    HTTPBadRequest for another host, and HTTPForbidden for a form that was not sent by one of our own pages.

    A site on this very machine goes by any of its names, on any port.
    """

    @web.middleware
    async def from_our_own_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not _is_our_host(request.host, public_url):
            raise web.HTTPBadRequest
        if request.method not in _SAFE_METHODS and not _is_our_own(request, public_url):
            raise web.HTTPForbidden
        return await handler(request)

    return from_our_own_pages


def _is_our_host(host: str, public_url: str) -> bool:
    ours = urlsplit(public_url)
    if ours.hostname in _LOCAL_HOSTS:
        return _hostname(f"//{host}") in _LOCAL_HOSTS
    return host.lower() == ours.netloc


def _is_our_own(request: web.Request, public_url: str) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin", "")
    if urlsplit(public_url).hostname in _LOCAL_HOSTS:
        return origin == f"{request.scheme}://{request.host}"
    return origin == public_url


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
