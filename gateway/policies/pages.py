"""What the company promises those who use the portal (E4): pages for everybody, the same for all."""

from __future__ import annotations

from aiohttp import web

from gateway.policies.cookies import cookies_of
from gateway.portal import portal_of
from gateway.responses import show_alike


async def terms(request: web.Request) -> web.StreamResponse:
    """GET /terms."""
    return show_alike(request, "policies/terms.html")


async def privacy(request: web.Request) -> web.StreamResponse:
    """GET /privacy: with the cookies that this portal sets, as the code has them."""
    portal = portal_of(request)
    return show_alike(
        request,
        "policies/privacy.html",
        cookies=cookies_of(portal),
        is_https=portal.settings.is_https,
    )


async def external_transmission(request: web.Request) -> web.StreamResponse:
    """GET /external-transmission: what 電気通信事業法 27条の12 wants said, also where nothing is sent."""
    return show_alike(request, "policies/external_transmission.html")


async def accessibility(request: web.Request) -> web.StreamResponse:
    """GET /accessibility."""
    return show_alike(request, "policies/accessibility.html")
