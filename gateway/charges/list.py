"""ご利用料金の一覧."""

from __future__ import annotations

from aiohttp import web

from chassis.messaging.rpc_client import ServiceTrouble
from gateway.behind_login import behind_login
from gateway.charges.unavailable import charges_unavailable
from gateway.portal import portal_of
from gateway.responses import show
from messages.identity import SessionShown


@behind_login
async def charges(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /charges (T24)."""
    try:
        listed = await portal_of(request).backend.billing.list_charges(session.session_assertion)
    except ServiceTrouble:
        return charges_unavailable(request, session)
    return show(request, "charges/list.html", session=session, listed=listed)
