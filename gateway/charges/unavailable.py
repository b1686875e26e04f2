"""What ご利用料金 shows while billing is away."""

from __future__ import annotations

from aiohttp import web

from chassis.web.access_log import REQUEST_ID
from gateway.responses import show
from gateway.wanted_page import page_of
from messages.identity import SessionShown


def charges_unavailable(request: web.Request, session: SessionShown) -> web.Response:
    """Billing is away, the rest of the portal is not: header, menu and logout stay (B4)."""
    return show(
        request,
        "charges/unavailable.html",
        status=503,
        session=session,
        again=page_of(request) or "/charges",
        reference=request[REQUEST_ID],
    )
