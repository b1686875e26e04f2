"""The link of the mail to the old address: takes a change back, without a log-in (X38)."""

from __future__ import annotations

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import is_token, token_hash
from gateway.language import said
from gateway.portal import client_network_of, portal_of
from gateway.responses import see_other, show
from gateway.settings_page.cookies import UNDO_LINK, LinkOfMail
from gateway.texts import refusal_text
from gateway.texts.phrases import WayOn
from gateway.texts.settings_page import UNDO_LINK_ENDS
from messages.account_settings import RefusalCode


def _ended(request: web.Request, code: str) -> web.Response:
    status, heading = UNDO_LINK_ENDS[code]
    text = refusal_text(code, portal_of(request).settings.company)
    return show(request, "ended.html", status=status, heading=said(heading), text=text, way_on=WayOn.LOG_IN)


async def open_link(request: web.Request) -> web.StreamResponse:
    """GET /address-undo/{token}: moves the token out of the address, and nothing else (S5-1)."""
    token = request.match_info["token"]
    if not is_token(token):
        return _ended(request, RefusalCode.UNDO_LINK_UNKNOWN)
    response = see_other("/address-undo")
    portal_of(request).cookies.keep(response, UNDO_LINK, LinkOfMail(token=token))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


async def form(request: web.Request) -> web.StreamResponse:
    """GET /address-undo: a page with a button. Asks nobody."""
    if portal_of(request).cookies.read(request.cookies, UNDO_LINK) is None:
        return _ended(request, RefusalCode.UNDO_LINK_UNKNOWN)
    return show(request, "settings_page/address_undo.html")


async def undo(request: web.Request) -> web.StreamResponse:
    """POST /address-undo, [元に戻す]. Pressed again it says that it was done."""
    portal = portal_of(request)
    opened = portal.cookies.read(request.cookies, UNDO_LINK)
    if opened is None:
        return _ended(request, RefusalCode.UNDO_LINK_UNKNOWN)
    try:
        await portal.backend.own_account.undo_address_change(
            token_hash(opened.token), client_network=client_network_of(request)
        )
    except Refusal as refusal:
        if refusal.code not in UNDO_LINK_ENDS:
            raise
        return _ended(request, refusal.code)
    session_hash = portal.sessions.hash_in(request.cookies)
    if session_hash:
        portal.sessions.forget(session_hash)
    return see_other("/address-undo/done")


async def done(request: web.Request) -> web.StreamResponse:
    """GET /address-undo/done."""
    return show(request, "settings_page/address_undone.html")
