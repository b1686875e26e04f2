"""Refuses foreign hosts (X30, N5), and unsafe requests that another site may have caused (X31, N4)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from chassis.process.few_lines import FewLines
from chassis.process.logger import Logger
from chassis.process.metrics import FOREIGN_HOSTS, FOREIGN_ORIGINS

_log = Logger()

_LOGGED_HOST = 100  # characters
NO_FIT_TOLD_AFTER = 20  # requests: none of the first ones was for us
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
_PORTS = {"http": 80, "https": 443}  # which go without saying
_NO_AUTHORITY = re.compile(r"[@/?#\\,\s]")


@dataclass(frozen=True)
class _Site:
    """Where pages come from. However it was written, the same site is equal."""

    scheme: str
    host: str
    port: int

    @property
    def is_local(self) -> bool:
        return self.host in _LOCAL_HOSTS


class _Strangers:
    """Counts and tells of requests that do not fit our address. What came is told in a short form, without
    any path.
    """

    def __init__(self, public_url: str) -> None:
        self._wanted_origin, self._wanted_host = public_url, urlsplit(public_url).netloc
        self._hosts, self._origins = FewLines(), FewLines()
        self._without_a_fit: int | None = 0  # None once a host has fitted

    def host_fits(self) -> None:
        """At least one: our address is not wrong altogether."""
        self._without_a_fit = None

    def host(self, got: str) -> None:
        """Most often a reverse proxy that does not pass the Host header on."""
        FOREIGN_HOSTS.inc()
        self._tell("request.foreign_host", self._hosts, got, self._wanted_host)
        if self._without_a_fit is not None:
            self._without_a_fit += 1
            if self._without_a_fit == NO_FIT_TOLD_AFTER:
                _log.error("request.no_host_has_fitted", wanted=self._wanted_host, requests=NO_FIT_TOLD_AFTER)

    def origin(self, got: _Site | None) -> None:
        """Another site's form; or ours, where the public URL has another scheme or port than browsers see."""
        FOREIGN_ORIGINS.inc()
        text = f"{got.scheme}://{got.host}:{got.port}" if got else "none"
        self._tell("request.foreign_origin", self._origins, text, self._wanted_origin)

    def _tell(self, event: str, few_lines: FewLines, got: str, wanted: str) -> None:
        left_out = few_lines.left_out_before(at=asyncio.get_running_loop().time())
        if left_out is not None:
            _log.warning(event, got=got[:_LOGGED_HOST], wanted=wanted, left_out_before=left_out)


def guard_origin(public_url: str, *, open_to_all: Collection[str] = ()) -> Middleware:
    """The middleware for a site at `public_url` (scheme, host and port). It raises HTTPBadRequest for another
    host, and HTTPForbidden for a form that was not sent by one of our own pages.

    A site on this very machine goes by any of its names, on any port. `open_to_all`: routes (as aiohttp's
    `canonical`) whose address holds a secret, which is all that a POST to them needs: no browser that another
    site misuses knows it.
    """
    ours = _site_of(public_url)
    if ours is None:
        raise ValueError("a public URL is http(s)://host[:port]")
    strangers = _Strangers(public_url)

    @web.middleware
    async def from_our_own_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
        asked = _site(ours.scheme, request.host)
        if asked is None or not (asked == ours or (asked.is_local and ours.is_local)):
            strangers.host(request.host)
            raise web.HTTPBadRequest
        strangers.host_fits()
        resource = request.match_info.route.resource
        is_open = request.method == "POST" and resource is not None and resource.canonical in open_to_all
        if request.method not in _SAFE_METHODS and not is_open and not _comes_from(asked, request):
            strangers.origin(_origin_of(request))
            raise web.HTTPForbidden
        return await handler(request)

    return from_our_own_pages


def _comes_from(site: _Site, request: web.Request) -> bool:
    """The first of three headers that is there decides; text browsers send the last one alone."""
    fetched = request.headers.get("Sec-Fetch-Site")
    if fetched is not None:
        return fetched in ("same-origin", "none")
    return _origin_of(request) == site


def _origin_of(request: web.Request) -> _Site | None:
    origin = request.headers.get("Origin")
    return _site_of(request.headers.get("Referer", "") if origin is None else origin)


def _site_of(address: str) -> _Site | None:
    """The site of a whole URL; None for what is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return _site(parts.scheme, parts.netloc)


@lru_cache  # of 128: browsers say the same ones again and again
def _site(scheme: str, authority: str) -> _Site | None:
    """None for what is no host with or without a port."""
    if scheme not in _PORTS or _NO_AUTHORITY.search(authority):
        return None
    try:
        parts = urlsplit(f"{scheme}://{authority}")
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname:
        return None
    return _Site(scheme, parts.hostname.removesuffix("."), _PORTS[scheme] if port is None else port)
