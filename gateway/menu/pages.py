"""お客様メニューリスト."""

from __future__ import annotations

from aiohttp import web

from chassis.messaging.rpc_client import ServiceTrouble
from gateway.behind_login import behind_login
from gateway.portal import portal_of
from gateway.responses import show
from messages.billing import ChargesListed
from messages.identity import SessionShown


@behind_login
async def menu(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /menu (T23), with the newest bill while billing is there and has one."""
    return show(request, "menu/menu.html", session=session, listed=await _charges_if_there(request, session))


async def _charges_if_there(request: web.Request, session: SessionShown) -> ChargesListed | None:
    try:
        listed = await portal_of(request).backend.billing.list_charges(session.session_assertion)
    except ServiceTrouble:
        return None
    return listed if listed.statements else None
