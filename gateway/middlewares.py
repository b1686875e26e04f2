"""Round every page: request id, access line, security headers, the checks against other sites, and a page for
every fault.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import ServiceTrouble
from chassis.process.clock import monotonic
from chassis.process.logs import fault_fields
from gateway.error_pages import error_page, refusal_page
from gateway.responses import REQUEST_ID, portal_of

_log = structlog.get_logger(__name__)
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    # Not no-referrer: it makes browsers send `Origin: null` with our own forms, and those without
    # Sec-Fetch-Site would be locked out.
    # Other sites learn nothing either way, and the only address with a token is answered with no-referrer.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), fullscreen=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Server": "mypage",
}
Next = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def observed(request: web.Request, handler: Next) -> web.StreamResponse:
    """Gives the request its id and writes one line about it: the route's template, never the path, which may
    hold a token.
    """
    request_id = request[REQUEST_ID] = secrets.token_hex(8)
    started, status = monotonic(), 499  # stays 499 if the browser hangs up
    with structlog.contextvars.bound_contextvars(request_id=request_id):
        try:
            response = await _answer(request, handler, request_id)
            status = response.status
        finally:
            resource = request.match_info.route.resource
            _log.info(
                "request.served",
                method=request.method,
                route=resource.canonical if resource else "-",
                status=status,
                duration_ms=round((monotonic() - started) * 1000),
            )
    return response


async def _answer(request: web.Request, handler: Next, request_id: str) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as error:
        response = error_page(request, error.status)
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except Refusal as refusal:
        return refusal_page(request, refusal)
    except ServiceTrouble as trouble:
        _log.warning("request.service_trouble", service=str(trouble), trouble=type(trouble).__name__)
        return error_page(request, 503, request_id=request_id)
    except Exception as fault:
        _log.error("request.failed", **fault_fields(fault))
        return error_page(request, 500, request_id=request_id)


@web.middleware
async def guarded(request: web.Request, handler: Next) -> web.StreamResponse:
    """Refuses foreign hosts (X30), and unsafe requests that another site may have caused (X31)."""
    public_url = portal_of(request).settings.public_url
    if not _is_our_host(request.host, public_url):
        raise web.HTTPBadRequest
    if request.method not in _SAFE_METHODS and not _is_our_own(request, public_url):
        raise web.HTTPForbidden
    return await handler(request)


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


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """The headers of every answer, pages and files alike (docs/requirements.md)."""
    https = portal_of(request).settings.is_https
    response.headers.update({name: value for name, value in _HEADERS.items() if name != "Referrer-Policy"})
    response.headers.setdefault("Referrer-Policy", _HEADERS["Referrer-Policy"])
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Content-Security-Policy"] = f"{_CSP}; upgrade-insecure-requests" if https else _CSP
    response.headers["X-Request-ID"] = request.get(REQUEST_ID, "-")
    if https:
        response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
