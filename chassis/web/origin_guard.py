"""Refuses foreign hosts (X30), and unsafe requests that another site may have caused (X31)."""

from __future__ import annotations

from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from chassis.process.metrics import FOREIGN_HOSTS

_log = structlog.get_logger(__name__)

_LOGGED_HOST = 100  # characters
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


def guard_origin(public_url: str) -> Middleware:
    """The middleware for a site at `public_url` (scheme, host and port, in lower case). It raises
    HTTPBadRequest for another host, and HTTPForbidden for a form that was not sent by one of our own pages.

    A site on this very machine goes by any of its names, on any port.
    """

    ours = urlsplit(public_url).netloc

    @web.middleware
    async def from_our_own_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not _is_our_host(request.host, public_url):
            FOREIGN_HOSTS.inc()
            # Most often a reverse proxy that does not pass the Host header on.
            _log.warning("request.foreign_host", got=request.host[:_LOGGED_HOST], wanted=ours)
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
    # Text browsers send neither that nor an Origin, but the page that the form stood on.
    origin = request.headers.get("Origin") or _origin_of(request.headers.get("Referer", ""))
    if urlsplit(public_url).hostname in _LOCAL_HOSTS:
        return origin == f"{request.scheme}://{request.host}"
    return origin == public_url


def _origin_of(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
