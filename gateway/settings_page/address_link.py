"""The link of the mail to a new address."""

from __future__ import annotations

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import is_token, token_hash
from gateway.behind_login import behind_login
from gateway.language import said
from gateway.portal import client_network_of, portal_of, session_hash_of
from gateway.responses import see_other, see_other_saying, show
from gateway.settings_page.cookies import ADDRESS_LINK, ASKED_ADDRESS, LinkOfMail
from gateway.texts import refusal_text
from gateway.texts.phrases import WayOn
from gateway.texts.settings_page import ADDRESS_LINK_ENDS
from messages.account_settings import RefusalCode
from messages.identity import SessionShown


def _ended(request: web.Request, code: str, session: SessionShown | None = None) -> web.Response:
    status, heading = ADDRESS_LINK_ENDS[code]
    return show(
        request,
        "ended.html",
        status=status,
        session=session,
        heading=said(heading),
        text=refusal_text(code, portal_of(request).settings.company),
        way_on=WayOn.SETTINGS,
    )


async def open_link(request: web.Request) -> web.StreamResponse:
    """GET /settings/address/{token}: moves the token out of the address, and nothing else; mail scanners do
    no harm (S5-1).
    """
    token = request.match_info["token"]
    if not is_token(token):
        return _ended(request, RefusalCode.ADDRESS_LINK_UNKNOWN)
    response = see_other("/settings/address/confirm")
    portal_of(request).cookies.keep(response, ADDRESS_LINK, LinkOfMail(token=token))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@behind_login
async def form(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /settings/address/confirm: asks for the last press, in the account that wanted the change."""
    portal = portal_of(request)
    opened = portal.cookies.read(request.cookies, ADDRESS_LINK)
    if opened is None:
        return _ended(request, RefusalCode.ADDRESS_LINK_UNKNOWN, session)
    session_hash = session_hash_of(request)
    try:
        await portal.backend.own_account.show_address_change(
            session_hash, token_hash(opened.token), client_network=client_network_of(request)
        )
    except Refusal as refusal:
        if refusal.code not in ADDRESS_LINK_ENDS:
            raise
        return _ended(request, refusal.code, session)
    return show(request, "settings_page/address_confirm.html", session=session)


@behind_login
async def confirm(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """POST /settings/address/confirm, [変更する]. Pressed again it says that it was done."""
    portal = portal_of(request)
    opened = portal.cookies.read(request.cookies, ADDRESS_LINK)
    if opened is None:
        return _ended(request, RefusalCode.ADDRESS_LINK_UNKNOWN, session)
    session_hash = session_hash_of(request)
    try:
        await portal.backend.own_account.confirm_address_change(
            session_hash, token_hash(opened.token), client_network=client_network_of(request)
        )
    except Refusal as refusal:
        if refusal.code not in ADDRESS_LINK_ENDS:
            raise
        return _ended(request, refusal.code, session)
    portal.sessions.forget(session_hash)
    response = see_other_saying(request, "/settings", "address-changed")
    portal.cookies.drop(response, ASKED_ADDRESS)
    return response
